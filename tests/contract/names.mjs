// What a schema without "additionalProperties: false" leaves open: names that the file does not know, members that an
// answer lacks, and Twilio's own formats, which no validator has heard of. Reported like Prism's violations.

const DAY = '(Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const MONTH = '(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';
const FORMATS = {
	'date-time-rfc-2822': new RegExp(`^${DAY}, \\d\\d ${MONTH} \\d{4} \\d\\d:\\d\\d:\\d\\d \\+0000$`),
	'phone-number': /^\+[1-9]\d{6,14}$/,
	'iso-country-code': /^[A-Z]{2}$/,
};

function unknownNames(known, given, place) {
	return given.filter(name => !known.includes(name)).map(name => ({
		side: 'request', path: [place, name], code: 'unknown-name', message: `the file has no parameter '${name}' here`,
	}));
}

function checkRequest(operation, exchange) {
	const request = operation.request ?? {};
	const query = (request.query ?? []).map(p => p.name);
	const form = (request.body?.contents ?? []).flatMap(c => Object.keys(c.schema?.properties ?? {}));
	const sent = exchange.form ? [...new URLSearchParams(exchange.form).keys()] : [];
	return [...unknownNames(query, Object.keys(exchange.query ?? {}), 'query'), ...unknownNames(form, sent, 'body')];
}

function checkMembers(schema, value, path, out) {
	const properties = schema.properties ?? {};
	const add = (name, code, message) => out.push({side: 'response', path: [...path, name], code, message});
	for (const name of Object.keys(value))
		if (!(name in properties))
			add(name, 'unknown-member', 'the file has no such member');
	for (const [name, inner] of Object.entries(properties))
		if (name in value)
			checkValue(inner, value[name], [...path, name], out);
		else
			add(name, 'missing-member', 'the file has this member, the answer has not');
}

function checkValue(schema, value, path, out) {
	if (Array.isArray(value)) {
		value.forEach((v, i) => checkValue(schema.items ?? {}, v, [...path, i], out));
	} else if (value !== null && typeof value === 'object') {
		if (schema.properties)
			checkMembers(schema, value, path, out);
	} else if (typeof value === 'string' && FORMATS[schema.format] && !FORMATS[schema.format].test(value)) {
		out.push({side: 'response', path, code: 'twilio-format', message: `'${value}' is not a ${schema.format}`});
	}
}

function checkResponse(operation, exchange) {
	const response = operation.responses.find(r => r.code === String(exchange.status));
	const schema = response?.contents?.[0]?.schema;
	const out = [];
	if (schema && exchange.body !== null && typeof exchange.body === 'object')
		checkValue(schema, exchange.body, ['body'], out);
	return out;
}

export function compareNames(operation, exchange) {
	return [...checkRequest(operation, exchange), ...checkResponse(operation, exchange)];
}
