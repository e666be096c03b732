// Portability, documents and port-in requests: Twilio's own client where it has them, plain requests where not.
import {clientAt} from './client.mjs';
import {assert, test} from './harness.mjs';

const refused = (status, code) => e => {
	assert.equal(`${e.status} ${e.code}`, `${status} ${code}`);
	return true;
};
const CARRIER = {
	customer_type: 'Business', customer_name: 'Acme', authorized_representative: 'R. Example',
	authorized_representative_email: 'signer@example.com',
	address: {street: '1 Market Street', city: 'San Francisco', state: 'CA', zip: '94105', country: 'USA'},
};

// where: as for clientTests
export function portingTests(where) {
	const {account_sid: account, auth_token: token} = where.credentials.acme;
	const {v1} = clientAt(where.twilio, where.base, account, token).numbers;
	const check = (name, run, options) => test(`porting, ${where.label}: ${name}`, run, options);
	const authorization = `Basic ${Buffer.from(`${account}:${token}`).toString('base64')}`;
	let next = where.label === 'direct' ? 300 : 400;
	const number = last => `+1415555${String(next += 10).padStart(4, '0').slice(0, 3)}${last}`;

	const upload = async (text = '%PDF-1.7 bill') => {
		const form = new FormData();
		form.set('document_type', 'utility_bill');
		form.set('friendly_name', 'Bill of October');
		form.set('File', new Blob([text], {type: 'application/pdf'}), 'bill.pdf');
		const r = await fetch(`${where.base}/numbers-upload/v1/Documents`, {method: 'POST', body: form,
			headers: {authorization}});
		assert.equal(r.status, 201);
		return r.json();
	};
	const create = async (numbers, more = {}) => v1.portingPortIns.create({
		account_sid: account, documents: [(await upload()).sid], losing_carrier_information: CARRIER,
		phone_numbers: numbers, ...more,
	});

	check('numbers that can come and numbers that cannot', async () => {
		const good = await v1.portingPortabilities(number(1)).fetch();
		assert.equal(`${good.portable} ${good.numberType} ${good.country}`, 'true LOCAL US');
		const owned = await v1.portingPortabilities('+14155550101').fetch();
		assert.equal(`${owned.portable} ${owned.notPortableReasonCode}`, 'false 22131');
		const mobile = await v1.portingPortabilities('+14155550281').fetch();
		assert.equal(mobile.pinAndAccountNumberRequired, true);
		const tollFree = await v1.portingPortabilities('+18005550110').fetch({targetAccountSid: account});
		assert.equal(`${tollFree.numberType} ${tollFree.notPortableReason}`, 'TOLL-FREE MANUAL_PORTING_AVAILABLE');
		const r = await fetch(`${where.base}/numbers/v1/Porting/Portability/PhoneNumber/+14155550290`,
			{headers: {authorization}});
		assert.equal(`${r.status} ${(await r.json()).not_portable_reason}`, '400 UNSUPPORTED');
	});

	check('a bill that is none has no type', async () => {
		assert.match((await upload()).sid, /^RD[0-9a-f]{32}$/);
		assert.equal((await upload('hello')).mime_type, '');
	});

	check('the life of a request', async () => {
		const phones = [number(2), number(3)];
		const made = await create([{phone_number: phones[0], pin: '0042'}, {phone_number: phones[1]}],
			{target_port_in_date: '2199-12-01', notification_emails: ['a@example.com']});
		assert.deepEqual(made.phoneNumbers.map(n => n.phone_number), phones);
		assert.equal(made.losingCarrierInformation.customer_name, 'Acme');
		const {portInRequests} = await list(`PortInRequestSid=${made.portInRequestSid}`);
		assert.deepEqual(portInRequests.map(p => p.phone_numbers_requested), [2]);
		const one = v1.portingPortIns(made.portInRequestSid);
		assert.equal((await one.fetch()).portInRequestStatus, 'pending');
		const row = v1.portingPortInPhoneNumber(made.portInRequestSid, made.phoneNumbers[0].port_in_phone_number_sid);
		assert.equal((await row.fetch()).portOutPin, 42);
		assert.equal(await row.remove(), true);
		assert.equal(await one.remove(), true);
		assert.equal((await one.fetch()).portInRequestStatus, 'canceled');
		await assert.rejects(one.remove(), refused(400, 20001));
	});

	const list = async query => {
		const r = await fetch(`${where.base}/numbers/v1/Porting/PortIn/PortInRequests?${query}`, {headers: {authorization}});
		assert.equal(r.status, 200);
		const {port_in_requests: portInRequests, meta} = await r.json();
		return {portInRequests, meta};
	};

	check('the list, page by page', async () => {
		for (let i = 0; i < 3; i++)
			await create([{phone_number: number(4)}]);
		const sids = [];
		let token = null;
		do {
			const page = await list(`Size=2${token ? `&Token=${token}` : ''}`);
			sids.push(...page.portInRequests.map(p => p.port_in_request_sid));
			token = page.meta.next_token;
		} while (token);
		assert.ok(sids.length >= 4);
		assert.equal(new Set(sids).size, sids.length);
		assert.deepEqual((await list('PortInRequestStatus=Completed')).portInRequests, []);
	});

	check('refusals', async () => {
		await assert.rejects(create([{phone_number: number(5)}, {phone_number: '+442079460155'}]), refused(400, 22172));
		await assert.rejects(create([{phone_number: number(6)}], {documents: ['RD00000000000000000000000000000000']}),
			refused(400, 20001));
		await assert.rejects(create([{phone_number: '+14155550281'}]), refused(400, 20001));
	});
}
