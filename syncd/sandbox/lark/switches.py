"""Switches: where the platform may behave either way, and where it fails."""

from dataclasses import dataclass, field

from syncd.sandbox.lark.abroad import AbroadSwitches

SCOPES = frozenset(
    {
        "im:message:send_as_bot",
        "im:message:readonly",
        "im:message.group_at_msg:readonly",
        "im:message.group_msg",
        "im:message.p2p_msg:readonly",
        "im:message.reactions:write_only",
        "im:resource",
        "im:chat:readonly",
        "im:chat.members:bot_access",
        "im:chat.members:read",
        "im:chat.access_event.bot_p2p_chat:read",
        "contact:user.id:readonly",
        "contact:contact.base:readonly",
        "contact:user.email:readonly",
    }
)
SUBSCRIPTIONS = frozenset(
    {
        "im.message.receive_v1",
        "im.message.recalled_v1",
        "im.message.updated_v1",
        "im.message.reaction.created_v1",
        "im.chat.member.bot.added_v1",
        "im.chat.member.bot.deleted_v1",
        "im.chat.disbanded_v1",
        "im.chat.access_event.bot_p2p_chat_entered_v1",
        "im.chat.member.user.added_v1",
        "im.chat.member.user.deleted_v1",
        "card.action.trigger",
    }
)


@dataclass
class Switches(AbroadSwitches):
    """Set by tests and by the page at any time; read at each use."""

    scopes: set[str] = field(default_factory=lambda: set(SCOPES))
    subscriptions: set[str] = field(default_factory=lambda: set(SUBSCRIPTIONS))
    bot_enabled: bool = True
    scopes_waiting: set[str] = field(default_factory=set)
    """Scopes that were asked for, and that no administrator has granted yet."""
    tells_scopes: bool = True
    """Whether the app may be told its own scopes (their page names no scope for it)."""
    online_version: str = "oav_sandbox"
    """The version of the app that is released; empty: none is yet."""
    waiting_version: str = ""
    """A version that waits for an administrator's approval."""
    app_tells_events: bool = False
    """Whether the app's page tells its events, or its released version alone (both were seen)."""
    events_by: str = "websocket"
    callbacks_by: str = "websocket"
    """How they come: `websocket`, or `webhook`."""
    email_field_readable: bool = True
    """Whether the app's contact range carries e-mail fields at all."""

    # Nobody outside Lark knows; both must work.
    callback_card_applies: bool = False
    """Whether a card in a callback's answer replaces an ephemeral card."""
    callback_names_private_card: bool = True
    """Whether a click on a private card brings the id that sending it answered, as was seen of
    cards 1.0, or one that no API knows."""
    empty_fields_absent: bool = True
    """Whether an empty optional form field is left out of form_value, or sent as ""."""
    options_count: bool = True
    """Whether the text of each option of a list counts towards the 200 elements of a card."""
    whole_request_counts: bool = True
    """Whether the limits of 30 and 150 KB count the request's body, or the content alone."""
    recalled_keeps_thread: bool = True
    """Whether a recalled message that is read back still tells the thread it stands in."""
    edits_are_silent: bool = False
    """Whether nothing tells of a message that a person edits, as before mid-2026 and on Lark."""
    edits_come_wrapped: bool = True
    """Whether an edited text is read back with each of its lines in `<p>`, or as it was typed."""
    repeated_reaction: str = "same"
    """What becomes of an emoji that the bot puts on a message once more: it is the `same`, or
    refused with `231015`."""
    cards_in_user_dsl: bool = False
    """Whether a bot's card that is read back stands, as a string, in a member `user_dsl`."""
    removed_people_click: bool = True
    """Whether a click of somebody still comes who is not in the card's group any more."""
    stub_cards: bool = False
    """Whether a bot's card comes back as a stub even when its content was asked for."""
    ephemeral_survives_logout: bool = True
    ephemeral_error_status: int = 400
    """HTTP status of a refusal by the ephemeral API: 400 or 200."""
    recall_limit_seconds: float = 24 * 3600
    """How long a message may be recalled; a day, unless the tenant's administrator set it longer.
    https://open.larksuite.com/document/server-docs/im-v1/message/delete"""
    dlp_refuses_emails: bool = False
    """Whether a message with a plain e-mail address is refused with 230028."""

    translation_code: int = 0
    """Translating is refused with this code: what a tenant without the plan is told, is not known.
    """

    # Delivery.
    ack_window_seconds: float = 3.0
    retry_scale: float = 1.0
    """Multiplies the waits of 15 s, 5 min, 1 h and 6 h."""
    duplicate_events: int = 0
    """How many acked events are delivered once more; -1 is all of them."""
    duplicates_have_own_ids: bool = False
    """Whether a message's second event has another event_id: its page names message_id as key."""
    keep_while_offline: bool = False
    """Whether an event that finds no connection is retried on the schedule, or lost."""
    events_go_elsewhere: bool = False
    """Whether another connection of the app takes and acks every event, while ours stays open."""
    hold_events: bool = False
    """Whether events wait for `Delivery.release()`, which may reorder them."""
    callbacks_as_card_frames: bool = False
    """Whether a card callback comes in a frame of type `card` instead of `event`."""
    fragment_bytes: int = 0
    """Payloads longer than this are cut into frames; 0 is never."""
    shuffle_fragments: bool = True
    lose_fragments: int = 0
    """So many of the next events arrive without one of their frames."""

    # Long connection.
    connection_limit: int = 50
    ping_interval: int = 120
    reconnect_count: int = -1
    """How often a client shall try to connect again; the platform sends -1, for ever."""
    endpoint_code: int = 0
    """Discovery refuses with this code."""
    endpoint_502: bool = False
    endpoint_hang_seconds: float = 0.0
    endpoint_base: str = ""
    """Where discovery sends whoever asks, like `wss://lark.test`; empty: to this server."""
    handshake_status: int = 0
    """The websocket is refused with this Handshake-Status."""
    handshake_auth_code: int | None = None
    partial_pong: bool = False
    silent_pong: bool = False
    """Pongs carry no configuration."""
