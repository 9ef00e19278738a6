// Lark's own Node SDK, as its users call it. Prints a line of JSON for each thing that comes of it.
// Usage: node client.cjs FOLDER_WITH_NODE_MODULES LARK_URL APP_ID APP_SECRET CARD
const [, , folder, domain, appId, appSecret, cardJson] = process.argv;
const lark = require(require.resolve('@larksuiteoapi/node-sdk', { paths: [folder] }));

const told = (step, value) => console.log(JSON.stringify({ step, value }));
const quiet = { loggerLevel: lark.LoggerLevel.fatal };
const client = new lark.Client({ appId, appSecret, domain, ...quiet });
const chat = 'oc_acme';
const card = JSON.parse(cardJson);

async function talks() {
  const send = (msg_type, content) =>
    client.im.v1.message.create({
      params: { receive_id_type: 'chat_id' },
      data: { receive_id: chat, msg_type, content: JSON.stringify(content) },
    });
  const root = (await send('text', { text: 'hello from Node' })).data.message_id;
  const reply = (text) =>
    client.im.v1.message.reply({
      path: { message_id: root },
      data: { msg_type: 'text', content: JSON.stringify({ text }), reply_in_thread: true, uuid: 'one' },
    });
  const first = (await reply('once')).data;
  const again = (await reply('once')).data;
  told('same uuid, same message', first.message_id === again.message_id);
  await send('post', { en_us: { title: 'A title', content: [[{ tag: 'text', text: 'rich' }]] } });
  const shown = (await send('interactive', card)).data.message_id;
  card.header.title.content = 'Changed';
  told('patched', (await client.im.v1.message.patch({
    path: { message_id: shown }, data: { content: JSON.stringify(card) },
  })).code);
  const got = await client.im.v1.message.get({ path: { message_id: root } });
  told('got', JSON.parse(got.data.items[0].body.content).text);
  const listed = await client.im.v1.message.list({
    params: { container_id_type: 'chat', container_id: chat, page_size: 50 },
  });
  told('listed', listed.data.items.map((item) => item.msg_type).sort());
  const thread = await client.im.v1.message.list({
    params: { container_id_type: 'thread', container_id: first.thread_id },
  });
  told('thread', thread.data.items.length);
  const secret = (await client.request({
    method: 'POST', url: '/open-apis/ephemeral/v1/send',
    data: { chat_id: chat, open_id: 'ou_aiko', msg_type: 'interactive', card },
  })).data.message_id;
  const remove = () => client.request({
    method: 'POST', url: '/open-apis/ephemeral/v1/delete', data: { message_id: secret },
  });
  told('private card removed', (await remove()).code);
  told('removed again', await remove().then((a) => a.code, (e) => e.response.data.code));
  told('recalled', (await client.im.v1.message.delete({ path: { message_id: root } })).code);
  told('ready', true);
}

const eventDispatcher = new lark.EventDispatcher(quiet).register({
  'im.message.receive_v1': async (data) => told('heard', JSON.parse(data.message.content).text),
  'card.action.trigger': async (data) => {
    told('clicked', data.action.form_value.summary);
    return { toast: { type: 'info', content: `heard: ${data.action.form_value.summary}` } };
  },
});
new lark.WSClient({ appId, appSecret, domain, ...quiet }).start({ eventDispatcher });
talks().catch((error) => {
  told('failed', String(error.response ? JSON.stringify(error.response.data) : error));
  process.exit(1);
});
