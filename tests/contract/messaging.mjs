// Messaging services, their numbers and what carriers know of them, through Twilio's own client.
import {clientAt} from './client.mjs';
import {assert, test} from './harness.mjs';

const refused = (status, code) => e => {
	assert.equal(`${e.status} ${e.code}`, `${status} ${code}`);
	return true;
};

// where: as for clientTests
export function messagingTests(where) {
	const as = name => {
		const c = where.credentials[name];
		return clientAt(where.twilio, where.base, c.account_sid, c.auth_token);
	};
	const acme = as('acme');
	const services = acme.messaging.v1.services;
	const numberSid = async phoneNumber => (await acme.incomingPhoneNumbers.list({phoneNumber}))[0].sid;
	const check = (name, run, options) => test(`messaging, ${where.label}: ${name}`, run, options);

	check('makes, changes, finds and deletes a service', async () => {
		const made = await services.create({friendlyName: 'Contract', inboundRequestUrl: 'https://sms.example.com/in',
			inboundMethod: 'GET', stickySender: false, useInboundWebhookOnNumber: true, validityPeriod: 600});
		assert.equal(`${made.friendlyName} ${made.stickySender} ${made.validityPeriod}`, 'Contract false 600');
		assert.ok((await services.list()).some(s => s.sid === made.sid));
		assert.equal((await services(made.sid).update({friendlyName: 'Renamed'})).friendlyName, 'Renamed');
		const read = await services(made.sid).fetch();
		assert.equal(`${read.friendlyName} ${read.inboundMethod} ${read.usAppToPersonRegistered}`, 'Renamed GET false');
		assert.equal(await services(made.sid).remove(), true);
		await assert.rejects(services(made.sid).fetch(), refused(404, 20404));
	});

	check('puts a number into a service and takes it out', async () => {
		const [spare] = (await services.list()).filter(s => s.friendlyName === 'Acme spare');
		const [main] = (await services.list()).filter(s => s.friendlyName === 'Acme main');
		const sid = await numberSid('+14155550102');
		const put = await services(spare.sid).phoneNumbers.create({phoneNumberSid: sid});
		assert.equal(`${put.sid} ${put.phoneNumber} ${put.countryCode}`, `${sid} +14155550102 US`);
		assert.ok(put.capabilities.includes('SMS'));
		assert.deepEqual((await services(spare.sid).phoneNumbers.list()).map(n => n.sid), [sid]);
		assert.equal((await services(spare.sid).phoneNumbers(sid).fetch()).serviceSid, spare.sid);
		await assert.rejects(services(spare.sid).phoneNumbers.create({phoneNumberSid: sid}), refused(409, 21710));
		await assert.rejects(services(main.sid).phoneNumbers.create({phoneNumberSid: sid}), refused(409, 21712));
		await assert.rejects(services(main.sid).phoneNumbers.create({phoneNumberSid: await numberSid('+442079460101')}),
			refused(400, 21715));
		assert.equal(await services(spare.sid).phoneNumbers(sid).remove(), true);
		await assert.rejects(services(spare.sid).phoneNumbers(sid).fetch(), refused(404, 20404));
	});

	check('reads campaigns and toll-free verifications', async () => {
		const [main] = (await services.list()).filter(s => s.friendlyName === 'Acme main');
		const [campaign] = await services(main.sid).usAppToPerson.list();
		assert.equal(campaign.campaignStatus, 'VERIFIED');
		assert.equal((await services(main.sid).usAppToPerson(campaign.sid).fetch()).sid, campaign.sid);
		assert.deepEqual(await acme.messaging.v1.tollfreeVerifications.list(), []);
		const [east] = await acme.messaging.v1.tollfreeVerifications.list({includeSubAccounts: true});
		assert.equal(`${east.accountSid} ${east.status}`, `${where.credentials['acme-east'].account_sid} PENDING_REVIEW`);
		assert.equal((await as('acme-east').messaging.v1.tollfreeVerifications(east.sid).fetch()).sid, east.sid);
	});
}
