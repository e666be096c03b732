// Where Twilio's service differs from Twilio's own file, or the file from itself: each such violation with its reason.
// Whatever is not here is a defect of ours, and so is a row that nothing needs any more. Requests have no rows.

const SUCCESS_ONLY = 'the file describes successes; the error body has a check of its own (errors.mjs)';
const UNSET = 'an unset SID or URL is "" in the file\'s own examples, against its patterns and formats';
const RELATIVE = 'addresses of the 2010 API are relative, as in the file\'s own examples, against format uri';
const DECIMAL = 'the file\'s own examples have a decimal string where its schema says number';
const CASING = 'searches answer "SMS" and "MMS", against file and examples (twilio-node 833, twilio-php 783)';
const ONE_PAGE = 'searches do not page; the file\'s own examples hold numbers and uri alone';
const PACKAGES = 'a package that was not asked for, or has nothing to say, is null in the file\'s own examples';
const NATIONAL = 'the name of a number for sale is its national form, as in the file\'s own examples';

const LETTER = 'what a losing carrier was not asked for is null in the file\'s own examples';
const NO_FILE = 'numbers-upload.twilio.com is in Twilio\'s documents only (phone-numbers/document-apis)';

const SEARCH = /^GET \S+\/AvailablePhoneNumbers\/\{CountryCode\}\/[A-Za-z]+\.json$/;
const V2010 = /^[A-Z]+ \/2010-04-01\//;
const LOOKUP = /^GET \/v2\/PhoneNumbers\/\{PhoneNumber\}$/;
const isNull = v => v === null;
const isEmpty = v => v === '';
const isDecimal = v => typeof v === 'string' && /^-?\d+\.\d+$/.test(v);
const isRelative = v => typeof v === 'string' && v.startsWith('/2010-04-01/Accounts');

const ROWS = [
	{code: 'no-match', at: /^$/, status: s => s >= 400, why: SUCCESS_ONLY},
	{code: 'minLength', operation: V2010, at: /\.(voice|sms)_application_sid$/, value: isEmpty, why: UNSET},
	{code: 'pattern', operation: V2010, at: /\.(voice|sms)_application_sid$/, value: isEmpty, why: UNSET},
	{code: 'format', operation: V2010, at: /\.((voice|sms)(_fallback)?_url|status_callback)$/, value: isEmpty, why: UNSET},
	{code: 'format', operation: V2010, at: /\.((first|next|previous)_page_)?uri$/, value: isRelative, why: RELATIVE},
	{code: 'type', operation: SEARCH, at: /\.\*\.(latitude|longitude)$/, value: isDecimal, why: DECIMAL},
	{code: 'type', operation: /^GET \/v1\/PhoneNumbers\/Countries\//, at: /\.\*\.(base|current)_price$/, value: isDecimal,
		why: DECIMAL},
	{code: 'type', operation: /^GET \S+\/Usage\/Records/, at: /\.\*\.price$/, value: isDecimal, why: DECIMAL},
	{code: 'unknown-member', operation: SEARCH, at: /\.\*\.capabilities\.(SMS|MMS)$/, why: CASING},
	{code: 'missing-member', operation: SEARCH, at: /\.\*\.capabilities\.(sms|mms)$/, why: CASING},
	{code: 'missing-member', operation: SEARCH, at: /^body\.((first|next|previous)_page_uri|page|page_size|start|end)$/,
		why: ONE_PAGE},
	{code: 'type', operation: LOOKUP, at: /^body\.[a-z_]+$/, value: isNull, why: PACKAGES},
	{code: 'type', operation: LOOKUP, at: /^body\.(caller_name|line_type_intelligence)\.[a-z_]+$/, value: isNull,
		why: PACKAGES},
	{code: 'twilio-format', operation: SEARCH, at: /\.\*\.friendly_name$/, value: v => /^\(\d{3}\) \d{3}-\d{4}$/.test(v),
		why: NATIONAL},
	{code: 'type', operation: /^[A-Z]+ \/v1\/Porting\/PortIn/, at: /^body\.losing_carrier_information\.(\w+\.)?\w+$/,
		value: isNull, why: LETTER},
	{code: 'no-file', operation: /^POST \/v1\/Documents$/, at: /^$/, why: NO_FILE},
].map(row => ({...row, used: 0}));

function valueAt(exchange, path) {
	return path.slice(1).reduce((v, key) => v?.[key], exchange.body);
}

export function place(violation) {
	return violation.path.map(p => (typeof p === 'number' || /^\d+$/.test(p) ? '*' : p)).join('.');
}

function fits(row, exchange, violation) {
	return violation.side === 'response' && row.code === violation.code && row.at.test(place(violation)) &&
		(!row.operation || row.operation.test(exchange.operation ?? '')) &&
		(!row.status || row.status(exchange.status)) &&
		(!row.value || row.value(valueAt(exchange, violation.path)));
}

export function explain(exchange, violation) {
	const row = ROWS.find(r => fits(r, exchange, violation));
	if (row)
		row.used++;
	return row?.why ?? null;
}

export function idleRows() {
	return ROWS.filter(r => r.used === 0).map(r => `${r.code} at ${r.at}: ${r.why}`);
}
