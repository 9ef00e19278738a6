"""What differs between sites, or is disputed, and what a test may therefore turn."""

from dataclasses import dataclass, field

from syncd.sandbox.jsm.records import SlaSays


@dataclass
class Switches:
    """One flag per question; the defaults are the harder answer for a client."""

    # Who may do what. https://developer.atlassian.com/cloud/jira/service-desk/rest/
    open_to_everyone: bool = False
    """Whether a request may be raised for any account, or only for customers of the desk."""
    bot_may_invite: bool = True
    bot_may_create_customers: bool = False
    """Needs the Jira administrator permission; many sites took it away in May 2026."""
    bot_may_add_customers: bool = True
    """POST /servicedesk/{id}/customer needs a service desk administrator."""
    bot_is_agent: bool = True
    """Without a licence nothing is raised on behalf of others, no issue is read over REST, and the
    desk shows public comments alone."""
    bot_sees_project: bool = True
    """False is a lost permission: results shrink without an error."""
    bot_sees_billing: bool = True
    """The same for the second desk's project."""
    portal_customers_browse: bool = True
    """Whether the scheme gives Browse Projects to customers with portal access: then everybody who
    may open the portal is told to have it, and still reads no issue over REST."""
    bot_manages_participants: bool = True
    desk_takes_participants: bool = True
    """Whether the desk lets requests have participants at all; else they are refused with a 400."""
    bot_edits_issues: bool = True
    """Whether the bot has Edit Issues, which fields and properties of an issue need."""
    edit_denied_status: int = 403
    """What an edit without it is refused with: 403, or 400 as for a field that is on no screen (not
    documented)."""
    summary_on_edit_screen: bool = True
    """Whether a summary can be changed at all."""
    bot_deletes_issues: bool = False
    bot_transitions_issues: bool = True
    """Whether the bot has Transition Issues; without it the portal offers it nothing."""
    customer_transitions: set[str] = field(default_factory=set)
    """Ids of `site.TRANSITIONS` that an administrator shows on the portal; none is usual."""
    bot_browses_users: bool = True
    """False makes GET /user/search answer an empty list."""
    bot_roles: set[str] = field(default_factory=lambda: {"Service Desk Team"})
    """Project roles that the bot's account has; comments restricted to others are not shown."""
    hidden_emails: set[str] = field(default_factory=set)
    """Addresses that their owners hide: never shown, never matched by a search."""
    invite_joins_desk: bool = False
    """Whether an invited customer is on the desk at once (not documented)."""
    customers_in_user_search: bool = False
    """Whether /user/search finds portal-only customers (not documented)."""
    marker_field_on_form: bool = True
    """Whether `customfield_10050` "Lark reference" is on the request type."""
    labels_on_form: bool = True
    """Whether Labels are on the request type."""
    not_a_customer_status: int = 400
    """400 or 403 when a request is raised for somebody who is not on the desk."""

    # Feedback.
    # https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/#api-rest-servicedeskapi-request-requestidorkey-feedback-post
    anybody_rates: bool = False
    """Whether feedback is taken of an agent, as of a Connect app, or of the reporter alone."""
    feedback_enabled: bool = True
    """Whether the project asks for feedback at all; else it is refused with a 400 (not documented).
    """
    feedback_is_replaced: bool = True
    """Whether a second feedback takes the place of the first, or is refused (not documented)."""

    # Forms.
    form_lists_priorities: bool = True
    """Whether the request type's fields list the priorities, or only /priority/search does."""
    preset_values: tuple[object, ...] = ()
    """What a form tells to be preset in its priority, in whatever form (not documented)."""
    required_cascade_needs_child: bool = True
    """Whether a required cascading field refuses a parent alone (not documented)."""
    validates: bool = True
    """Whether POST /request/validate is there; it is new in 2026."""
    errors_name_labels: bool = False
    """Whether what is wrong is told by the field's label, or by its id (not documented)."""
    unknown_fields_refused: bool = True
    """Whether a create with a field that is not on the form is refused (not documented)."""

    # Forms that are attached to request types. https://developer.atlassian.com/cloud/forms/rest/
    forms_status: int = 0
    """What the Forms API refuses everything with: 403 where the token lacks the scope, 503 ..."""
    forms_through_gateway: bool = True
    """Whether the gateway has a route to Forms (known from one client)."""
    scoped_token_sees_forms: bool = False
    """Whether the address without the site's own path takes a token with scopes (not known)."""
    form_answers_checked: bool = True
    """Whether a create checks the answers of a Form, as the document of 2026 has it, or takes them
    unseen, as the one of 2023."""
    form_required: bool = False
    """Whether a request without its Form is refused, or made with no form at all (not documented).
    """
    form_errors_in: str = "errors"
    """The member of a refused create that names questions: `errors` or `formErrors`."""
    form_documents_need_flag: bool = True
    """Whether an answer that is a document needs `isAdfRequest` (not documented)."""

    # Documents.
    create_takes_adf: bool = True
    """Whether a create takes `isAdfRequest`, which is experimental, or refuses it with a 400."""
    adf_limit_counts_json: bool = True
    """Whether the limit of 32,767 counts a document's JSON, or its words (not documented)."""

    # Issues.
    priorities: bool = True
    """Whether the project has priorities, or the field is null."""

    # SLAs, whose fields the platform computes.
    slas_on_site: bool = True
    sla_says: SlaSays = SlaSays.RUNS
    sla_goal_ms: int = 4 * 3_600_000
    """The goal of the first answer; that of the resolution is twice as long."""
    bot_comment_stops_sla: bool = True
    """Whether a comment by the bot, who is an agent, counts as the first answer (not documented).
    """
    sla_begins_after_ms: int = 0
    """How long after its ticket an SLA begins to run (not documented)."""

    # Headers and the anonymous caller.
    accountid_on_servicedeskapi: bool = False
    """Whether `X-AACCOUNTID` is sent on servicedeskapi too; measured on platform routes only."""
    empty_page_for_unseen: bool = True
    """Whether comments of a request that the caller cannot see are an empty page, or 404."""
    language: str = "en"
    """Language of the bot's profile, in which refusals are written: en, ja or ko."""
    time_zone: str = "Asia/Tokyo"
    """Zone of the bot's profile; quoted JQL times and all dates of answers are in it."""
    utc_offset_minutes: int = 540

    # The gateway, https://api.atlassian.com/ex/jira/<cloudId>, which scoped tokens need.
    # https://support.atlassian.com/atlassian-account/docs/manage-api-tokens-for-your-atlassian-account/
    gateway: bool = False
    """Whether the site is also served below `/ex/jira/<cloudId>`."""
    scoped_token: bool = False
    """Whether the bot's token is one with scopes, which the site's own address refuses with 401."""
    gateway_in_links: bool = False
    """Whether links of answers, the portal's included, have the gateway's base (not documented)."""
    gateway_tells_account: bool = False
    """Whether answers through the gateway carry `X-AACCOUNTID` (seen on platform routes only)."""
    tells_tenant: bool = True
    """Whether `/_edge/tenant_info`, which is not documented, is there."""

    # Search. https://developer.atlassian.com/cloud/jira/platform/search-and-reconcile/
    index_lag_ms: int = 0
    epoch_ms_in_jql: bool = True
    search_refuses_unseen: bool = False
    """Whether a search that names a project which the caller may not browse is refused as a whole
    (seen on sites), or finds nothing there."""
    search_page_limit: int = 0
    """Largest page of /search/jql; 0 keeps the site's own limits."""
    search_repeats_token: bool = False
    """The endless walk that several projects met: every page carries the same token."""
    search_empty_pages: int = 0
    """So many pages come empty, with a token, before the real ones."""
    bulkfetch_lists_errors: bool = False
    """Whether unreadable issues are named in `issueErrors`, or only left out."""
    comment_field_limit: int = 100
    """`fields.comment` keeps the newest so many, and still tells the true total."""

    # What bumps `updated`.
    edit_bumps_updated: bool = True
    flip_bumps_updated: bool = False
    """Writing `sd.public.comment` is an entity property, which does not touch the issue."""
    delete_bumps_updated: bool = True

    # Comments.
    keeps_notes_internal: bool = True
    """Whether a comment that is written as internal becomes that; it is documented so."""
    restricted_is_public_on_desk: bool = True
    """What servicedeskapi says of a role-restricted comment is disputed; True is the trap."""
    desk_lists_newest_first: bool = False
    """The order in which servicedeskapi lists a request's comments is not documented."""
    desk_page_limit: int = 50
    """The most that a page of servicedeskapi holds, whatever limit was asked for."""
    comments_per_issue: int = 5000

    # Files.
    # https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-attachments/
    attachments_enabled: bool = True
    upload_limit: int = 100 << 20
    """Bytes of one file; the site's administrator sets it."""
    forbidden_endings: set[str] = field(default_factory=set)
    """Endings of names that the site refuses, such as `.exe`."""
    temporary_files_live_ms: int = 3_600_000
    """How long an uploaded file waits to be attached (not documented)."""

    # 429. https://developer.atlassian.com/cloud/jira/platform/rate-limiting/
    rate_limits: bool = True
