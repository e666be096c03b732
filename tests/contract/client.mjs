// Twilio's official Node client against the sandbox: what it is told must come true in what it then sees.
import {assert, test} from './harness.mjs';

const TYPES = {
	local: 'local', toll_free: 'tollFree', mobile: 'mobile', national: 'national', voip: 'voip',
	shared_cost: 'sharedCost', machine_to_machine: 'machineToMachine',
};
const SETTINGS = {
	friendlyName: 'Desk 7 + café', voiceUrl: 'https://voice.example.com/a?b=c&d=e', voiceMethod: 'GET',
	voiceFallbackUrl: 'https://voice.example.com/fallback', voiceFallbackMethod: 'GET', voiceCallerIdLookup: true,
	smsUrl: 'https://sms.example.com/a', smsMethod: 'GET', smsFallbackUrl: 'https://sms.example.com/fallback',
	smsFallbackMethod: 'GET', statusCallback: 'https://status.example.com/', statusCallbackMethod: 'GET',
};

// The client knows Twilio's hosts by heart; the address is changed at the last moment, as a proxy would.
export function clientAt(twilio, base, user, secret, accountSid) {
	class Redirected extends twilio.RequestClient {
		request(options) {
			const uri = options.uri.replace(/^https:\/\/([a-z-]+)\.twilio\.com\//, `${base}/$1/`);
			assert.ok(uri.startsWith(base), `the client wants to go to ${options.uri}`);
			return super.request({...options, uri});
		}
	}
	return twilio(user, secret, {accountSid, httpClient: new Redirected({timeout: 20000})});
}

const refused = (status, code) => e => {
	assert.equal(`${e.status} ${e.code}`, `${status} ${code}`);
	return true;
};

// where: {base, label, twilio, credentials}; base is a URL without a product.
export function clientTests(where) {
	const as = name => {
		const c = where.credentials[name];
		return clientAt(where.twilio, where.base, c.account_sid, c.auth_token);
	};
	const acme = as('acme');
	const owned = acme.incomingPhoneNumbers;
	const check = (name, run, options) => test(`client, ${where.label}: ${name}`, run, options);
	const oneOffer = async (query = {}) => (await acme.availablePhoneNumbers('US').local.list(query))[0];
	const buy = async (options = {}) => owned.create({phoneNumber: (await oneOffer()).phoneNumber, ...options});

	check('lists owned numbers page by page', async () => {
		const whole = await owned.list({pageSize: 1000});
		const paged = await owned.list({pageSize: Math.ceil(whole.length / 5)});
		assert.ok(whole.length >= 3);
		assert.deepEqual(paged.map(n => n.sid), whole.map(n => n.sid));
		assert.equal(new Set(paged.map(n => n.sid)).size, paged.length);
		for (const n of whole) {
			assert.equal(n.accountSid, where.credentials.acme.account_sid);
			assert.ok(n.dateCreated instanceof Date && !Number.isNaN(n.dateCreated.valueOf()), 'a date the client reads');
			assert.equal(typeof n.capabilities.sms, 'boolean');
		}
	});

	check('walks back and forth between pages', async () => {
		const first = await owned.page({pageSize: 2});
		const second = await first.nextPage();
		const again = await second.previousPage();
		assert.equal(second.instances.length > 0, true);
		assert.deepEqual(again.instances.map(n => n.sid), first.instances.map(n => n.sid));
	});

	check('filters the list', async () => {
		const [main] = await owned.list({phoneNumber: '+14155550101'});
		assert.equal(main.phoneNumber, '+14155550101');
		assert.deepEqual((await owned.list({friendlyName: 'London'})).map(n => n.phoneNumber), ['+442079460101']);
		assert.deepEqual(await owned.list({phoneNumber: '+15005550009'}), []);
		assert.deepEqual(await owned.list({origin: 'hosted'}), []);
		assert.ok((await owned.list({beta: false})).length >= 2);
	});

	check('lists by type', async () => {
		const east = as('acme-east').incomingPhoneNumbers;
		assert.ok((await east.local.list()).some(n => n.phoneNumber === '+12125550103'));
		assert.deepEqual((await east.tollFree.list()).map(n => n.phoneNumber), ['+18335550104']);
		assert.deepEqual(await east.mobile.list(), []);
	});

	check('learns the countries and searches every type each of them sells', async () => {
		const countries = await acme.availablePhoneNumbers.list();
		const seen = new Set();
		for (const country of countries) {
			const one = await acme.availablePhoneNumbers(country.countryCode).fetch();
			assert.deepEqual(one.subresourceUris, country.subresourceUris);
			for (const key of Object.keys(country.subresourceUris)) {
				const found = await acme.availablePhoneNumbers(country.countryCode)[TYPES[key]].list({pageSize: 3});
				assert.ok(found.length > 0, `${country.countryCode} ${key} has nothing for sale`);
				assert.ok(found.every(n => n.isoCountry === country.countryCode && n.phoneNumber.startsWith('+')));
				seen.add(key);
			}
		}
		assert.deepEqual([...seen].sort(), Object.keys(TYPES).sort());
	});

	check('searches with every filter', async () => {
		const near = (await oneOffer({areaCode: 415})).phoneNumber;
		const rows = [
			[{areaCode: 415}, n => n.phoneNumber.startsWith('+1415')],
			[{contains: '415555*'}, n => n.phoneNumber.includes('415555')],
			[{contains: '+1415'}, n => n.phoneNumber.startsWith('+1415')],
			[{contains: '5$'}, n => n.phoneNumber.endsWith('5'), true],
			[{smsEnabled: true, mmsEnabled: true}, n => n.capabilities.SMS && n.capabilities.MMS],
			[{voiceEnabled: true}, n => n.capabilities.voice],
			[{faxEnabled: false}, n => !n.capabilities.fax],
			[{excludeAllAddressRequired: true}, n => n.addressRequirements === 'none'],
			[{excludeLocalAddressRequired: true}, n => n.addressRequirements !== 'local'],
			[{excludeForeignAddressRequired: true}, n => n.addressRequirements !== 'foreign'],
			[{beta: false}, n => !n.beta],
			[{nearNumber: near, distance: 10}, n => n.region === 'CA'],
			[{nearLatLong: '37.77,-122.42', distance: 25}, n => n.region === 'CA'],
			[{inRegion: 'CA'}, n => n.region === 'CA'],
			[{inLocality: 'San Francisco'}, n => n.locality === 'San Francisco'],
			[{inPostalCode: near}, n => n.postalCode !== ''],
			[{inLata: near}, n => n.lata !== ''],
			[{inRateCenter: near, inLata: near}, n => n.rateCenter !== ''],
			[{pageSize: 2}, () => true],
		];
		for (const [query, holds, mayBeNone] of rows) {
			const found = await acme.availablePhoneNumbers('US').local.list(query);
			assert.ok(found.length > 0 || mayBeNone, `nothing for ${JSON.stringify(query)}`);
			assert.ok(found.every(holds), `a wrong number for ${JSON.stringify(query)}`);
		}
		assert.equal((await acme.availablePhoneNumbers('US').local.list({pageSize: 2})).length, 2);
	});

	check('searches in vain', async () => {
		assert.deepEqual(await acme.availablePhoneNumbers('US').local.list({areaCode: 999}), []);
		await assert.rejects(acme.availablePhoneNumbers('US').mobile.list(), refused(404, 20404));
		await assert.rejects(acme.availablePhoneNumbers('QZ').fetch(), refused(404, 20404));
	});

	check('buys a number, which is then owned and no longer for sale', async () => {
		const offer = await oneOffer({areaCode: 415});
		const before = await acme.balance.fetch();
		const bought = await owned.create({phoneNumber: offer.phoneNumber, friendlyName: 'contract test'});
		assert.equal(bought.phoneNumber, offer.phoneNumber);
		assert.equal(bought.friendlyName, 'contract test');
		assert.deepEqual((await owned.list({friendlyName: 'contract test'})).map(n => n.sid), [bought.sid]);
		assert.ok((await acme.availablePhoneNumbers('US').local.list({areaCode: 415}))
			.every(n => n.phoneNumber !== offer.phoneNumber));
		assert.ok(Number((await acme.balance.fetch()).balance) < Number(before.balance));
		await assert.rejects(owned.create({phoneNumber: offer.phoneNumber}), refused(400, 21422));
	});

	check('buys by area code and on the resource of a type', async () => {
		assert.ok((await owned.create({areaCode: '212'})).phoneNumber.startsWith('+1212'));
		const [free] = await acme.availablePhoneNumbers('US').tollFree.list();
		assert.equal((await owned.tollFree.create({phoneNumber: free.phoneNumber})).phoneNumber, free.phoneNumber);
		const offer = await oneOffer();
		await assert.rejects(owned.mobile.create({phoneNumber: offer.phoneNumber}), refused(400, 21458));
		assert.equal((await owned.local.create({phoneNumber: offer.phoneNumber})).phoneNumber, offer.phoneNumber);
	});

	check('cannot buy what is not to be had', async () => {
		await assert.rejects(owned.create({phoneNumber: '+123'}), refused(400, 21421));
		await assert.rejects(owned.create({areaCode: '999'}), refused(400, 21451));
		await assert.rejects(as('trial').incomingPhoneNumbers.create({areaCode: '415'}), refused(400, 21404));
		await assert.rejects(as('poor').incomingPhoneNumbers.create({areaCode: '415'}), refused(403, 20005));
	});

	check('buys a number that needs an address with one, and not without', async () => {
		const [mobile] = await acme.availablePhoneNumbers('FR').mobile.list();
		const [london] = await acme.addresses.list({isoCountry: 'GB'});
		await assert.rejects(owned.create({phoneNumber: mobile.phoneNumber}), refused(400, 21631));
		const bought = await owned.create({phoneNumber: mobile.phoneNumber, addressSid: london.sid});
		assert.equal(bought.addressSid, london.sid);
		assert.deepEqual((await acme.addresses(london.sid).dependentPhoneNumbers.list()).map(n => n.phoneNumber),
			[mobile.phoneNumber]);
		await assert.rejects(acme.addresses(london.sid).remove(), refused(400, 20409));
		await owned(bought.sid).remove();
	});

	check('cannot buy a number that needs a local address or a bundle without', async () => {
		const [berlin] = await acme.availablePhoneNumbers('DE').local.list({inLocality: 'Berlin'});
		const [far] = await acme.addresses.list({isoCountry: 'GB'});
		const [near] = await acme.addresses.list({isoCountry: 'DE'});
		const options = {phoneNumber: berlin.phoneNumber};
		await assert.rejects(owned.create({...options, addressSid: far.sid}), refused(400, 21615));
		await assert.rejects(owned.create({...options, addressSid: near.sid}), refused(400, 21649));
	});

	check('changes every setting and clears it again', async () => {
		const {sid} = await buy();
		const changed = await owned(sid).update(SETTINGS);
		for (const [key, value] of Object.entries(SETTINGS))
			assert.equal(changed[key], value, key);
		const read = await owned(sid).fetch();
		assert.deepEqual(JSON.stringify(read), JSON.stringify(changed));
		const cleared = await owned(sid).update({voiceFallbackUrl: '', voiceUrl: '', smsFallbackUrl: '', smsUrl: '',
			statusCallback: ''});
		for (const key of ['voiceUrl', 'smsUrl', 'statusCallback'])
			assert.ok(!cleared[key], key);
		await assert.rejects(owned(sid).update({voiceUrl: 'no url'}), refused(400, 21402));
		await assert.rejects(owned(sid).update({friendlyName: 'x'.repeat(65)}), refused(400, 20002));
	}, {breaks: /^format at body\.((Voice|Sms)(Fallback)?Url|StatusCallback)$/});

	check('makes, changes, finds and deletes an application', async () => {
		const {friendlyName, ...webhooks} = SETTINGS;
		const made = await acme.applications.create({friendlyName: 'contract app', ...webhooks,
			messageStatusCallback: 'https://status.example.com/sms', publicApplicationConnectEnabled: true});
		for (const [key, value] of Object.entries(webhooks))
			assert.equal(made[key], value, key);
		assert.equal(made.publicApplicationConnectEnabled, true);
		assert.deepEqual((await acme.applications.list({friendlyName: 'contract app'})).map(a => a.sid), [made.sid]);
		assert.equal((await acme.applications(made.sid).update({voiceMethod: 'POST'})).voiceMethod, 'POST');
		assert.equal((await acme.applications(made.sid).fetch()).smsMethod, 'GET');
		assert.equal(await acme.applications(made.sid).remove(), true);
		await assert.rejects(acme.applications(made.sid).fetch(), refused(404, 20404));
	});

	check('makes, changes, finds and deletes a trunk', async () => {
		const {trunks} = acme.trunking.v1;
		const made = await trunks.create({friendlyName: 'contract trunk', domainName: 'contract.pstn.twilio.com',
			secure: true, transferMode: 'sip-only'});
		assert.equal(made.transferMode, 'sip-only');
		assert.equal(made.secure, true);
		assert.ok((await trunks.list()).some(t => t.sid === made.sid));
		assert.equal((await trunks(made.sid).update({friendlyName: 'renamed'})).friendlyName, 'renamed');
		assert.equal((await trunks(made.sid).fetch()).domainName, 'contract.pstn.twilio.com');
		assert.equal(await trunks(made.sid).remove(), true);
		await assert.rejects(trunks(made.sid).fetch(), refused(404, 20404));
	});

	check('routes a number to an application and to a trunk, one at a time', async () => {
		const {phoneNumber} = await oneOffer({areaCode: 415, smsEnabled: true});
		const {sid} = await owned.create({phoneNumber});
		const [app] = await acme.applications.list({friendlyName: 'Main menu'});
		const [trunk] = await acme.trunking.v1.trunks.list();
		const byApp = await owned(sid).update({voiceApplicationSid: app.sid, smsApplicationSid: app.sid});
		assert.equal(byApp.voiceApplicationSid, app.sid);
		const byTrunk = await owned(sid).update({trunkSid: trunk.sid});
		assert.ok(byTrunk.trunkSid === trunk.sid && !byTrunk.voiceApplicationSid);
		assert.equal((await owned(sid).update({voiceApplicationSid: app.sid})).trunkSid, null);
		const [address] = await acme.addresses.list({isoCountry: 'US'});
		const emergency = await owned(sid).update({emergencyStatus: 'Active', emergencyAddressSid: address.sid});
		assert.equal(emergency.emergencyAddressStatus, 'registered');
		assert.equal((await owned(sid).update({voiceReceiveMode: 'fax'})).voiceReceiveMode, 'fax');
		await owned(sid).remove();
	});

	check('releases a number once', async () => {
		const {sid} = await buy();
		assert.equal(await owned(sid).remove(), true);
		await assert.rejects(owned(sid).fetch(), refused(404, 20404));
		await assert.rejects(owned(sid).remove(), refused(404, 20404));
	});

	check('moves a number to a subaccount and back', async () => {
		const {sid} = await buy();
		const to = where.credentials['acme-east'].account_sid, from = where.credentials.acme.account_sid;
		assert.equal((await owned(sid).update({accountSid: to})).accountSid, to);
		await assert.rejects(owned(sid).fetch(), refused(404, 20404));
		assert.equal((await as('acme-east').incomingPhoneNumbers(sid).fetch()).sid, sid);
		await assert.rejects(as('acme-east').incomingPhoneNumbers(sid).update({accountSid: from}), refused(400, 21474));
		assert.equal((await acme.api.v2010.accounts(to).incomingPhoneNumbers(sid).update({accountSid: from})).accountSid,
			from);
	});

	check('makes, suspends, wakes and closes a subaccount', async () => {
		const accounts = acme.api.v2010.accounts;
		const made = await accounts.create({friendlyName: 'contract sub'});
		const own = clientAt(where.twilio, where.base, made.sid, made.authToken);
		assert.equal(made.ownerAccountSid, where.credentials.acme.account_sid);
		assert.equal((await accounts(made.sid).fetch()).authToken, made.authToken);
		assert.deepEqual((await accounts.list({friendlyName: 'contract sub'})).map(a => a.sid), [made.sid]);
		assert.deepEqual(await own.incomingPhoneNumbers.list(), []);
		assert.equal((await accounts(made.sid).update({status: 'suspended'})).status, 'suspended');
		await assert.rejects(own.incomingPhoneNumbers.list(), refused(401, 20003));
		assert.equal((await accounts(made.sid).update({status: 'active', friendlyName: 'renamed'})).friendlyName, 'renamed');
		assert.deepEqual(await own.incomingPhoneNumbers.list(), []);
		assert.equal((await accounts(made.sid).update({status: 'closed'})).status, 'closed');
		await assert.rejects(accounts(made.sid).update({status: 'active'}), refused(400, 21479));
		assert.ok((await accounts.list({status: 'closed'})).some(a => a.sid === made.sid));
		await assert.rejects(as('acme-east').api.v2010.accounts.create({}), refused(400, 21101));
	});

	check('makes, uses, renames and deletes a key', async () => {
		const account = where.credentials.acme.account_sid;
		const made = await acme.newKeys.create({friendlyName: 'contract key'});
		const byKey = clientAt(where.twilio, where.base, made.sid, made.secret, account);
		assert.ok((await byKey.incomingPhoneNumbers.list()).length >= 3);
		await assert.rejects(byKey.api.v2010.accounts.list(), refused(401, 20003));
		assert.ok((await acme.keys.list()).some(k => k.sid === made.sid));
		assert.equal((await acme.keys(made.sid).update({friendlyName: 'renamed'})).friendlyName, 'renamed');
		assert.equal((await acme.keys(made.sid).fetch()).friendlyName, 'renamed');
		assert.equal(await acme.keys(made.sid).remove(), true);
		await assert.rejects(byKey.incomingPhoneNumbers.list(), refused(401, 20003));
	});

	check('makes, changes, finds and deletes an address', async () => {
		const made = await acme.addresses.create({customerName: 'Example Ltd', street: '1 Example Street', city: 'Reno',
			region: 'NV', postalCode: '89501', isoCountry: 'US', friendlyName: 'Reno', streetSecondary: 'Floor 2'});
		assert.equal(made.streetSecondary, 'Floor 2');
		assert.deepEqual((await acme.addresses.list({friendlyName: 'Reno'})).map(a => a.sid), [made.sid]);
		assert.equal((await acme.addresses(made.sid).update({city: 'Sparks'})).city, 'Sparks');
		assert.equal((await acme.addresses(made.sid).fetch()).city, 'Sparks');
		assert.deepEqual(await acme.addresses(made.sid).dependentPhoneNumbers.list(), []);
		assert.equal(await acme.addresses(made.sid).remove(), true);
		await assert.rejects(acme.addresses(made.sid).fetch(), refused(404, 20404));
	});

	check('lists messages and calls, filters them, and reads one', async () => {
		const day = new Date(Date.now() - 8 * 86400000);
		const from = new Date(Math.floor(day / 86400000) * 86400000), to = new Date(+from + 86399000);
		const sent = await acme.messages.list({dateSentAfter: from, dateSentBefore: to, pageSize: 3});
		assert.ok(sent.length > 3 && sent.every(m => m.dateSent >= from && m.dateSent <= to));
		assert.deepEqual((await acme.messages.list({dateSent: day})).map(m => m.sid), sent.map(m => m.sid));
		const [out] = await acme.messages.list({from: '+14155550101', limit: 1});
		assert.equal(out.direction.startsWith('outbound'), true);
		assert.equal((await acme.messages(out.sid).fetch()).body, out.body);
		const calls = await acme.calls.list({to: '+14155550101', startTimeAfter: from, startTimeBefore: to});
		assert.ok(calls.every(c => c.direction === 'inbound' && c.startTime >= from && c.startTime <= to));
		const [done] = await acme.calls.list({status: 'completed', limit: 1});
		assert.match(done.price, /^-\d+\.\d+$/);
		assert.equal((await acme.calls(done.sid).fetch()).duration, done.duration);
		await assert.rejects(as('acme-east').messages(out.sid).fetch(), refused(404, 20404));
	});

	check('reads usage: the whole, by month and day, one category, without subaccounts', async () => {
		const {records} = acme.usage;
		const start = new Date(Date.now() - 40 * 86400000), range = {startDate: start, endDate: new Date()};
		const all = await records.list({...range, includeSubaccounts: false});
		assert.ok(new Set(all.map(r => r.category)).size === all.length && all.length > 30);
		const total = all.find(r => r.category === 'totalprice');
		const days = await records.daily.list({...range, category: 'totalprice', includeSubaccounts: false});
		assert.equal(days.length, 41);
		assert.equal(days.reduce((sum, r) => sum + Math.round(r.price * 1e5), 0), Math.round(total.price * 1e5));
		assert.ok((await records.monthly.list({...range, category: 'sms'})).length >= 2);
		for (const variant of ['allTime', 'today', 'yesterday', 'thisMonth', 'lastMonth', 'yearly'])
			assert.ok((await records[variant].list({category: 'phonenumbers', limit: 3})).length >= 1, variant);
		assert.ok(Number((await records.list({...range, category: 'totalprice'}))[0].price) > Number(total.price));
	});

	check('learns prices and the balance', async () => {
		const countries = await acme.pricing.v1.phoneNumbers.countries.list({pageSize: 5});
		assert.equal(new Set(countries.map(c => c.isoCountry)).size, countries.length);
		const us = await acme.pricing.v1.phoneNumbers.countries('US').fetch();
		assert.equal(us.priceUnit, 'USD');
		const local = us.phoneNumberPrices.find(p => p.number_type === 'local');
		assert.match(local.current_price, /^\d+\.\d+$/);
		const balance = await acme.balance.fetch();
		assert.equal(balance.accountSid, where.credentials.acme.account_sid);
		await assert.rejects(as('acme-east').balance.fetch(), refused(404, 20404));
	});

	check('is refused with wrong, suspended, closed and test credentials', async () => {
		const {account_sid: sid} = where.credentials.acme;
		const wrong = clientAt(where.twilio, where.base, sid, '0'.repeat(32));
		await assert.rejects(wrong.incomingPhoneNumbers.list(), refused(401, 20003));
		await assert.rejects(as('halted').incomingPhoneNumbers.list(), refused(401, 20003));
		await assert.rejects(as('acme-gone').incomingPhoneNumbers.list(), refused(401, 20003));
		await assert.rejects(as('test').incomingPhoneNumbers.list(), refused(403, 20008));
		assert.equal((await as('test').incomingPhoneNumbers.create({phoneNumber: '+15005550006'})).phoneNumber,
			'+15005550006');
		await assert.rejects(as('test').incomingPhoneNumbers.create({phoneNumber: '+15005550000'}), refused(400, 21422));
	});
}
