// What a receiver of the vendor's does, with libraries that others wrote: a hook is made, a check is made, and every
// body is verified by jsonwebtoken and by standardwebhooks. Exits with 1 where anything is not as it should be.
import http from 'node:http';
import jwt from 'jsonwebtoken';
import { Webhook } from 'standardwebhooks';

const [account, checks, key] = process.argv.slice(2);
const WANTED = ['created', 'started', 'finished'];

const call = async (url, form) => {
  const headers = { 'Truora-API-Key': key };
  const response = await fetch(url, { method: 'POST', headers, body: new URLSearchParams(form) });
  if (response.status !== 201) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return response.json();
};

const received = [];
const server = http.createServer((request, response) => {
  let body = '';
  request.on('data', (piece) => { body += piece; });
  request.on('end', () => {
    received.push({ headers: request.headers, body });
    response.end();
  });
});
await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
const hook = await call(`${account}/v1/hooks`, {
  subscriber_type: 'web', event_type: 'check', subscriber_url: `http://127.0.0.1:${server.address().port}/`,
});
const { check } = await call(`${checks}/v1/checks`, {
  type: 'person', country: 'CO', national_id: '1000000001', user_authorized: 'true', force_creation: 'true',
});

const ours = () => received.filter(({ body }) => body.includes('.')
  && jwt.decode(body).events[0].object.check_id === check.check_id);
for (let wait = 0; ours().length < WANTED.length && wait < 100; wait += 1) {
  await new Promise((later) => setTimeout(later, 100));
}
const actions = ours().map(({ headers, body }) => {
  if (headers['content-type'] !== 'application/jwt') throw new Error(`content type ${headers['content-type']}`);
  const claims = jwt.verify(body, hook.signing_key, { algorithms: ['HS256'], issuer: 'Truora' });
  // It parses what it has verified as JSON, which a token is not: the signature alone is what is asked here.
  const verifier = new Webhook(hook.webhook_secret);
  const at = new Date(Number(headers['webhook-timestamp']) * 1000);
  if (verifier.sign(headers['webhook-id'], at, body) !== headers['webhook-signature']) throw new Error('signature');
  if (headers['webhook-id'] !== claims.events[0].id) throw new Error('webhook-id is not the event\'s');
  return claims.events[0].event_action;
});
server.close();
server.closeAllConnections();
if (JSON.stringify(actions.sort()) !== JSON.stringify([...WANTED].sort())) {
  throw new Error(`expected ${WANTED}, received ${actions}`);
}
console.log(`webhooks: ${actions.length} bodies verified by jsonwebtoken and standardwebhooks`);
