// Twilio's official Node client and the resources around who may own a number: bundles, caller IDs, Verify, Lookup.
import {clientAt} from './client.mjs';
import {assert, test} from './harness.mjs';

const refused = (status, code) => e => {
	assert.equal(`${e.status} ${e.code}`, `${status} ${code}`);
	return true;
};

// where: as clientTests has it, and `sandbox`, the address without Prism, for the control door.
export function regulatoryTests(where) {
	const as = name => {
		const c = where.credentials[name];
		return clientAt(where.twilio, where.base, c.account_sid, c.auth_token);
	};
	const acme = as('acme');
	const check = (name, run) => test(`client, ${where.label}: ${name}`, run);
	const control = async (method, path, body) => (await fetch(`${where.sandbox}/_sandbox/${path}`, {method,
		body: body && new URLSearchParams(body)})).json();

	check('reads regulations', async () => {
		const {regulations} = acme.numbers.v2.regulatoryCompliance;
		assert.deepEqual(await regulations.list({isoCountry: 'US', numberType: 'local'}), []);
		const [first, ...rest] = await regulations.list({isoCountry: 'DE', numberType: 'local', pageSize: 1});
		assert.deepEqual(rest.length, 1);
		assert.equal((await regulations(first.sid).fetch()).friendlyName, first.friendlyName);
		assert.ok(Array.isArray(first.requirements.supporting_document[0]), 'an array of arrays');
	});

	check('finds bundles and clones one into a subaccount', async () => {
		const {bundles} = acme.numbers.v2.regulatoryCompliance, east = as('acme-east').numbers.v2.regulatoryCompliance;
		const [approved, ...rest] = await bundles.list({status: 'twilio-approved', isoCountry: 'DE', numberType: 'local'});
		assert.deepEqual(rest, []);
		assert.equal((await bundles(approved.sid).fetch()).friendlyName, approved.friendlyName);
		await assert.rejects(east.bundles(approved.sid).fetch(), refused(404, 20404));
		const clone = await acme.numbers.v2.bundleClone(approved.sid)
			.create({targetAccountSid: where.credentials['acme-east'].account_sid, friendlyName: 'copy'});
		assert.equal(clone.status, 'twilio-approved');
		assert.equal((await east.bundles(clone.bundleSid).fetch()).friendlyName, 'copy');
	});

	check('buys where a bundle is asked for, with the right one only', async () => {
		const [offer] = await acme.availablePhoneNumbers('DE').local.list({limit: 1});
		const [address] = await acme.addresses.list({isoCountry: 'DE'});
		const bundles = await acme.numbers.v2.regulatoryCompliance.bundles.list();
		const buy = bundleSid => acme.incomingPhoneNumbers.create({phoneNumber: offer.phoneNumber, addressSid: address.sid,
			bundleSid});
		for (const b of bundles.filter(b => b.status !== 'twilio-approved'))
			await assert.rejects(buy(b.sid), refused(400, 21649));
		const fits = bundles.find(b => b.status === 'twilio-approved');
		assert.equal((await buy(fits.sid)).bundleSid, fits.sid);
	});

	check('verifies, renames and removes a caller ID', async () => {
		const phoneNumber = '+12025550171';
		const started = await acme.validationRequests.create({phoneNumber, friendlyName: 'Porch', callDelay: 1});
		assert.match(started.validationCode, /^\d{6}$/);
		assert.deepEqual(await acme.outgoingCallerIds.list({phoneNumber}), []);
		await control('POST', 'calls', {phone: phoneNumber, keyed: 'yes'});
		const [id] = await acme.outgoingCallerIds.list({phoneNumber});
		assert.equal(id.friendlyName, 'Porch');
		assert.equal((await acme.outgoingCallerIds(id.sid).update({friendlyName: 'Back door'})).friendlyName, 'Back door');
		assert.equal((await acme.outgoingCallerIds(id.sid).fetch()).phoneNumber, phoneNumber);
		await assert.rejects(acme.validationRequests.create({phoneNumber}), refused(400, 21450));
		assert.equal(await acme.outgoingCallerIds(id.sid).remove(), true);
	});

	check('sends a code and checks it', async () => {
		const {services} = acme.verify.v2, to = '+12025550172';
		const {sid} = await services.create({friendlyName: 'contract', codeLength: 6});
		assert.ok((await services.list()).some(s => s.sid === sid));
		assert.equal((await services(sid).fetch()).codeLength, 6);
		const sent = await services(sid).verifications.create({to, channel: 'sms'});
		assert.equal(sent.status, 'pending');
		assert.equal((await services(sid).verifications(sent.sid).fetch()).to, to);
		const right = (await control('GET', 'codes')).findLast(c => c.to === to).code;
		const wrong = right === '000000' ? '111111' : '000000';
		assert.equal((await services(sid).verificationChecks.create({to, code: wrong})).status, 'pending');
		assert.equal((await services(sid).verificationChecks.create({to, code: right})).status, 'approved');
		await assert.rejects(services(sid).verificationChecks.create({to, code: right}), refused(404, 20404));
	});

	check('looks numbers up', async () => {
		const look = (n, fields) => acme.lookups.v2.phoneNumbers(n).fetch({fields});
		assert.equal((await look('+14155550101')).nationalFormat, '(415) 555-0101');
		assert.deepEqual((await look('+1415555010')).validationErrors, ['TOO_SHORT']);
		const all = await look('+14155550101', 'line_type_intelligence,caller_name');
		assert.equal(all.lineTypeIntelligence.type, 'nonFixedVoip');
		assert.equal(typeof all.callerName.caller_name, 'string');
		assert.equal((await look('+442079460018', 'caller_name')).callerName.error_code, 60600);
	});
}
