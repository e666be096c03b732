// numdesk itself, through Prism: what it sends must be what the file allows, and what it makes of the answers right.
import {spawn} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {assert, test} from './harness.mjs';

const PASSPHRASE = 'a passphrase for the contract tests';
const SOUGHT = /^GET \S+\/AvailablePhoneNumbers\/\{CountryCode\}\/([A-Za-z]+)\.json$/;

// [arguments, type asked, parameters asked]; PageSize comes on top.
const SEARCHES = [
	[['US'], 'Local', {}],
	[['US', '--area-code', '415'], 'Local', {AreaCode: '415'}],
	[['US', '--contains', '+1415'], 'Local', {Contains: '+1415'}],
	[['US', '--contains', '55512%'], 'Local', {Contains: '55512%'}],
	[['US', '--contains', '5$'], 'Local', {Contains: '5$'}],
	[['US', '--region', 'CA'], 'Local', {InRegion: 'CA'}],
	[['US', '--locality', 'San Francisco'], 'Local', {InLocality: 'San Francisco'}],
	[['US', '--postal-code', '94105'], 'Local', {InPostalCode: '94105'}],
	[['US', '--near', '+14155550101'], 'Local', {NearNumber: '+14155550101'}],
	[['US', '--near', '+14155550101', '--distance', '100'], 'Local', {NearNumber: '+14155550101', Distance: '100'}],
	[['US', '--near', '37.79,-122.4'], 'Local', {NearLatLong: '37.79,-122.4'}],
	[['US', '--near', '37.79, -122.4', '--distance', '10'], 'Local', {NearLatLong: '37.79,-122.4', Distance: '10'}],
	[['US', '--region', '+1 415 555 0101'], 'Local', {InRegion: '+14155550101'}],
	[['US', '--postal-code', '+14155550101'], 'Local', {InPostalCode: '+14155550101'}],
	[['US', '--lata', '+14155550101', '--rate-center', '+14155550101'], 'Local',
		{InRateCenter: '+14155550101', InLata: '+14155550101'}],
	[['US', '--sms', '--without', 'mms', '--without', 'fax'], 'Local',
		{SmsEnabled: 'true', MmsEnabled: 'false', FaxEnabled: 'false'}],
	[['NL', '--type', 'm2m', '--exclude-address', 'both'], 'MachineToMachine',
		{ExcludeLocalAddressRequired: 'true', ExcludeForeignAddressRequired: 'true'}],
	[['US', '--contains', 'TAXI$'], 'Local', {Contains: 'TAXI$'}],
	[['JP', '--type', 'national'], 'National', {}],
	[['US', '--rate-center', 'SNFC CNTRL', '--lata', '722'], 'Local', {InRateCenter: 'SNFC CNTRL', InLata: '722'}],
	[['US', '--voice', '--sms', '--mms'], 'Local', {VoiceEnabled: 'true', SmsEnabled: 'true', MmsEnabled: 'true'}],
	[['GB', '--fax'], 'Local', {FaxEnabled: 'true'}],
	[['US', '--exclude-address', 'any'], 'Local', {ExcludeAllAddressRequired: 'true'}],
	[['AU', '--type', 'mobile', '--exclude-address', 'local'], 'Mobile', {ExcludeLocalAddressRequired: 'true'}],
	[['AU', '--exclude-address', 'foreign'], 'Local', {ExcludeForeignAddressRequired: 'true'}],
	[['US', '--no-beta'], 'Local', {Beta: 'false'}],
	[['US', '--beta'], 'Local', {}],
	[['US', '--type', 'tollfree'], 'TollFree', {}],
	[['US', '--type', 'tollfree', '--area-code', '833'], 'TollFree', {AreaCode: '833'}],
	[['CA'], 'Local', {}],
	[['CA', '--area-code', '416'], 'Local', {AreaCode: '416'}],
	[['CA', '--type', 'tollfree'], 'TollFree', {}],
	[['GB', '--type', 'mobile'], 'Mobile', {}],
	[['GB', '--type', 'national'], 'National', {}],
	[['FR', '--type', 'voip'], 'Voip', {}],
	[['ES', '--type', 'sharedcost'], 'SharedCost', {}],
	[['NL', '--type', 'm2m'], 'MachineToMachine', {}],
];

function numdesk(where, home, args, {secret = ''} = {}) {
	const child = spawn(`${where.build}/numdesk`, ['--home', home, '--base-url', `${where.base}/{product}`,
		'--passphrase-fd', '3', '--json', ...args],
	{stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'], env: {PATH: process.env.PATH, LC_ALL: 'C.UTF-8', HOME: home}});
	const out = ['', ''];
	child.stdout.on('data', text => { out[0] += text; });
	child.stderr.on('data', text => { out[1] += text; });
	for (const [fd, text] of [[3, PASSPHRASE], [4, secret]]) {
		child.stdio[fd].on('error', () => {});  // a command that needs neither ends without reading
		child.stdio[fd].end(`${text}\n`);
	}
	return new Promise((resolve, reject) => {
		const timer = setTimeout(() => child.kill('SIGKILL'), 30000);
		child.once('error', reject);
		child.once('close', (status, signal) => {
			clearTimeout(timer);
			resolve({status: status ?? signal, stdout: out[0], stderr: out[1]});
		});
	});
}

// where: {build, base, credentials, sandbox, prism}; sandbox is the address behind Prism, for its own /_sandbox door.
export function programTests(where) {
	const home = mkdtempSync(join(tmpdir(), 'numdesk-contract-'));
	process.once('exit', () => rmSync(home, {recursive: true, force: true}));
	const {credentials} = where;
	const seen = new Set();

	const run = async (status, args, options) => {
		const r = await numdesk(where, home, args, options);
		assert.equal(r.status, status, `numdesk ${args.join(' ')}: exit ${r.status}, not ${status}\n${r.stderr}${r.stdout}`);
		for (const e of where.prism.now())
			seen.add(e.operation);
		return {...r, rows: r.stdout ? JSON.parse(r.stdout) : null};
	};
	const check = (name, body) => test(`numdesk: ${name}`, body);
	const asked = pattern => where.prism.now().filter(e => pattern.test(e.operation ?? ''));
	const owned = async name => {
		const r = await fetch(`${where.sandbox}/_sandbox/owned?account=${credentials[name].account_sid}`);
		return (await r.json()).map(n => n.phone_number).sort();
	};
	const fault = async (method, mode, arg) => {
		const rule = {match: {method, path_contains: 'IncomingPhoneNumbers'}, mode, arg};
		const r = await fetch(`${where.sandbox}/_sandbox/faults`, {method: 'POST', body: JSON.stringify(rule)});
		assert.equal(r.status, 200, await r.text());
	};
	const forSale = async (...args) => (await run(0, ['search', ...args, '--limit', '1'])).rows[0].phone_number;
	const state = rows => rows.map(r => `${r.phone_number} ${r.kind} ${r.state}`);

	check('profile add and profile check, with a token and with a key', async () => {
		const {acme, 'acme-east': east} = credentials;
		await run(0, ['profile', 'add', 'acme', '--account-sid', acme.account_sid, '--secret-fd', '4'],
			{secret: acme.auth_token});
		await run(0, ['profile', 'add', 'east', '--account-sid', east.account_sid, '--key-sid', east.key_sid,
			'--secret-fd', '4'], {secret: east.key_secret});
		assert.equal((await run(0, ['profile', 'check', 'acme'])).rows[0].works, true);
		assert.equal((await run(0, ['profile', 'check', 'east'])).rows[0].works, true);
		await run(0, ['profile', 'use', 'acme']);
		await run(3, ['profile', 'add', 'wrong', '--account-sid', acme.account_sid, '--secret-fd', '4'],
			{secret: '0'.repeat(32)});
	});

	check('sync and list of more than a page', async () => {
		await run(0, ['sync', '--all']);
		const {rows} = await run(0, ['list']);
		assert.ok(rows.length > 1000);
		assert.deepEqual(rows.map(n => n.phone_number).sort(), await owned('acme'));
		assert.deepEqual((await run(0, ['--profile', 'east', 'list'])).rows.map(n => n.phone_number).sort(),
			await owned('acme-east'));
		await run(0, ['sync']);
	});

	for (const [args, type, parameters] of SEARCHES)
		check(`search ${args.join(' ')}`, async () => {
			const {rows} = await run(0, ['search', ...args]);
			const requests = asked(SOUGHT);
			assert.ok(rows.length > 0);
			assert.ok(rows.every(n => n.country === args[0] && /^\d+\.\d+$/.test(n.monthly_price)));
			assert.equal(requests.length, 1);
			const {PageSize, ...query} = requests[0].query;
			assert.equal(PageSize, '50');
			assert.deepEqual(query, parameters);
			assert.equal(SOUGHT.exec(requests[0].operation)[1], type);
		});

	check('search of every type at once, in more requests than one, and in vain', async () => {
		const {rows} = await run(0, ['search', 'GB', '--type', 'all', '--limit', '200']);
		assert.ok(new Set(rows.map(n => n.type)).size > 3);
		assert.ok((await run(0, ['search', 'US', '--region', 'CA', '--limit', '80'])).rows.length >= 80);
		assert.deepEqual((await run(0, ['search', 'US', '--area-code', '999'])).rows, []);
		await run(4, ['search', 'US', '--type', 'mobile']);
	});

	check('search for words and in several area codes', async () => {
		const {rows} = await run(0, ['search', 'US', '--area-code', '415,628', '--vanity', 'taxi']);
		assert.deepEqual(rows.map(n => n.phone_number).sort(), ['+14155558294', '+16285558294']);
		assert.deepEqual(asked(SOUGHT).map(e => `${e.query.AreaCode} ${e.query.Contains}`).sort(),
			['415 8294', '415 8294$', '628 8294', '628 8294$']);
	});

	check('show --live', async () => {
		const {rows} = await run(0, ['show', '+14155550101', '--live']);
		assert.equal(rows.phone_number ?? rows[0].phone_number, '+14155550101');
	});

	check('buy, with a name, and release', async () => {
		const phone = await forSale('US', '--area-code', '415');
		const bought = await run(0, ['--yes', 'buy', phone, '--name', 'Desk 7 + café & more']);
		const [{form}] = asked(/^POST \S+\/IncomingPhoneNumbers\.json$/);
		assert.deepEqual([...new URLSearchParams(form)].sort(),
			[['FriendlyName', 'Desk 7 + café & more'], ['PhoneNumber', phone]]);
		assert.deepEqual(state(bought.rows), [`${phone} buy done`]);
		assert.ok((await owned('acme')).includes(phone));
		assert.deepEqual(state((await run(0, ['release', phone, '--confirm', phone])).rows), [`${phone} release done`]);
		assert.ok(!(await owned('acme')).includes(phone));
		await run(4, ['release', phone, '--confirm', phone]);
	});

	check('buy of several by area code', async () => {
		const before = await owned('acme');
		const {rows} = await run(0, ['--yes', 'buy', '--country', 'US', '--area-code', '628', '--count', '3']);
		assert.deepEqual(rows.map(r => r.state), ['done', 'done', 'done']);
		assert.equal((await owned('acme')).length, before.length + 3);
		assert.ok(asked(/^POST /).every(e => !new URLSearchParams(e.form).has('AreaCode')), 'never bought by area code');
	});

	check('buy of a number that somebody else has just taken', async () => {
		const phone = await forSale('US', '--area-code', '628');
		await fault('POST', '21422');
		const {rows} = await run(1, ['--yes', 'buy', phone]);
		assert.equal(rows[0].code, 21422);
		assert.ok(!(await owned('acme')).includes(phone));
	});

	check('buy of a number that needs an address, without and with', async () => {
		const [none, one, phone] = [await forSale('IE'), ...(await run(0, ['search', 'FR', '--type', 'mobile'])).rows
			.map(n => n.phone_number)];
		await run(5, ['--yes', 'buy', none]);
		assert.equal(asked(/^POST /).length, 0);
		await run(0, ['--yes', 'buy', one]);
		assert.match(new URLSearchParams(asked(/^POST \S+\/IncomingPhoneNumbers\.json$/)[0].form).get('AddressSid'), /^AD/);
		const sid = await (await fetch(`${where.base}/api/2010-04-01/Accounts/${credentials.acme.account_sid}/Addresses.json`,
			{headers: {authorization: `Basic ${btoa(`${credentials.acme.account_sid}:${credentials.acme.auth_token}`)}`}}))
			.json().then(list => list.addresses[0].sid);
		assert.deepEqual(state((await run(0, ['--yes', 'buy', phone, '--address-sid', sid])).rows), [`${phone} buy done`]);
	});

	check('buy of a number that needs a bundle', async () => {
		const phone = await forSale('DE'), mobile = await forSale('GB', '--type', 'mobile');
		await run(5, ['--yes', 'buy', mobile]);
		assert.equal(asked(/^POST /).length, 0);
		assert.deepEqual(state((await run(0, ['--yes', 'buy', phone])).rows), [`${phone} buy done`]);
		const form = new URLSearchParams(asked(/^POST \S+\/IncomingPhoneNumbers\.json$/)[0].form);
		assert.match(`${form.get('AddressSid')} ${form.get('BundleSid')}`, /^AD\S+ BU\S+$/);
	});

	check('a purchase whose answer was lost is found by resume', async () => {
		const phone = await forSale('US', '--area-code', '628');
		await fault('POST', '5xx-after-exec', 500);
		const bought = await run(6, ['--yes', 'buy', phone]);
		assert.equal(bought.rows[0].state, 'unknown');
		const {rows} = await run(0, ['resume']);
		assert.deepEqual(state(rows), [`${phone} buy done`]);
		assert.equal((await owned('acme')).filter(n => n === phone).length, 1);
	});

	check('release of a number that is gone', async () => {
		const phone = await forSale('US', '--area-code', '628');
		const [{phone_sid: sid}] = (await run(0, ['--yes', 'buy', phone])).rows;
		const {account_sid: account, auth_token: token} = credentials.acme;
		const gone = await fetch(`${where.base}/api/2010-04-01/Accounts/${account}/IncomingPhoneNumbers/${sid}.json`,
			{method: 'DELETE', headers: {authorization: `Basic ${btoa(`${account}:${token}`)}`}});
		assert.equal(gone.status, 204);
		const r = await run(4, ['release', phone, '--confirm', phone]);
		assert.ok(r.stdout + r.stderr !== '');
	});

	check('a read that is throttled and then fails is asked again', async () => {
		await fault('GET', '429', 1);
		await fault('GET', 'list-page-error', 503);
		await run(0, ['sync']);
		const statuses = asked(/\/IncomingPhoneNumbers\.json$/).map(e => e.status);
		assert.deepEqual(statuses.slice(0, 3), [429, 503, 200]);
	});

	check('doctor --live, for a parent and for a subaccount', async () => {
		await run(0, ['doctor', '--live']);
		await run(0, ['--profile', 'east', 'doctor', '--live']);
		assert.ok(asked(/\/Balance\.json$/).length > 0);
	});

	check('every request of the Twilio layer that commands can cause was seen', () => {
		const v = '/2010-04-01/Accounts/{AccountSid}';
		const wanted = [`GET ${v}/IncomingPhoneNumbers.json`, `GET ${v}/IncomingPhoneNumbers/{Sid}.json`,
			`POST ${v}/IncomingPhoneNumbers.json`, `DELETE ${v}/IncomingPhoneNumbers/{Sid}.json`,
			`GET ${v}/AvailablePhoneNumbers.json`, `GET ${v}/Balance.json`, 'GET /2010-04-01/Accounts/{Sid}.json',
			'GET /v1/PhoneNumbers/Countries/{IsoCountry}'];
		assert.deepEqual(wanted.filter(o => !seen.has(o)), []);
	});
}
