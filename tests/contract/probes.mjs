// Plain requests for what neither the official client nor numdesk asks.
import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {assert, test} from './harness.mjs';

const ROUTER = fileURLToPath(new URL('../../src/sandbox/router.c', import.meta.url));

// The sandbox's own table of what it answers: {"api", "GET", "2010-04-01/Accounts/*", ...
function routes() {
	const rows = [...readFileSync(ROUTER, 'utf8').matchAll(/^\t\{"([a-z-]+)", "([A-Z]+)", "([^"]+)",/gm)];
	return rows.map(([, product, method, pattern]) => ({product, method, pattern: `/${pattern}`}));
}

function covers(route, e) {
	const path = new RegExp(`^${route.pattern.replaceAll('*', '[^/]+')}(\\.json)?$`);
	return e.product === route.product && e.method === route.method && e.status < 300 && e.operation && path.test(e.path);
}

// where: {base, credentials, seen}; seen holds all exchanges of the tests before.
export function probeTests(where) {
	const request = (name, method, path, {form, user, secret} = {}) => {
		const c = where.credentials[name];
		const basic = Buffer.from(`${user ?? c.account_sid}:${secret ?? c.auth_token}`).toString('base64');
		return fetch(`${where.base}${path}`, {method, body: form && new URLSearchParams(form),
			headers: {authorization: `Basic ${basic}`, accept: 'application/json'}});
	};
	const account = name => `/api/2010-04-01/Accounts/${where.credentials[name].account_sid}`;
	const json = async (...args) => (await request(...args)).json();

	test('probe: a page of a thousand numbers, and the next', async () => {
		const first = await json('acme', 'GET', `${account('acme')}/IncomingPhoneNumbers.json?PageSize=1000`);
		assert.equal(first.incoming_phone_numbers.length, 1000);
		const second = await json('acme', 'GET', `/api${first.next_page_uri}`);
		assert.ok(second.incoming_phone_numbers.length > 200);
		assert.equal(second.next_page_uri, null);
	});

	test('probe: a page token that is not one', async () => {
		const bad = await json('acme', 'GET', `${account('acme')}/IncomingPhoneNumbers.json?Page=1&PageToken=PAXX`);
		assert.equal(bad.code, 21481);
	});

	test('probe: a main key sees accounts without their tokens', async () => {
		const {key_sid: user, key_secret: secret} = where.credentials.acme;
		const list = await json('acme', 'GET', '/api/2010-04-01/Accounts.json', {user, secret});
		assert.ok(list.accounts.length >= 4);
		assert.ok(list.accounts.every(a => a.auth_token === ''));
		assert.equal((await request('acme', 'GET', `${account('acme-east')}/IncomingPhoneNumbers.json`, {user, secret}))
			.status, 401);
	});

	test('probe: buying on the mobile resource', async () => {
		const found = await json('acme', 'GET', `${account('acme')}/AvailablePhoneNumbers/HK/Mobile.json`);
		const form = {PhoneNumber: found.available_phone_numbers[0].phone_number};
		const bought = await request('acme', 'POST', `${account('acme')}/IncomingPhoneNumbers/Mobile.json`, {form});
		assert.equal(bought.status, 201, await bought.text());
	});

	test('every path the sandbox answers went well at least once', () => {
		const missed = routes().filter(r => !where.seen.some(e => covers(r, e)));
		assert.ok(routes().length > 30, 'the table in router.c was read');
		assert.deepEqual(missed.map(r => `${r.method} ${r.pattern}`), []);
	});
}
