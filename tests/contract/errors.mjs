// Twilio's file says nothing about answers that are not successes; what is published about them is checked here.

const MEMBERS = ['code', 'message', 'more_info', 'status'];

export function errorComplaints(exchange) {
	const {status, body, operation} = exchange;
	const say = what => [`error answer of ${operation} (${status}): ${what}`];
	if (status === 204)
		return body === '' || body === undefined ? [] : say('204 with a body');
	if (status === null || status < 400)
		return [];
	if (/^GET \S+\/Portability\/PhoneNumber\//.test(operation ?? '') && status === 400 && body?.portable === false)
		return [];      // an answer, not an error: "not portable" may come with 400 (phone-numbers/port-in)
	if (body === null || typeof body !== 'object')
		return say('the body is not JSON');
	if (JSON.stringify(Object.keys(body).sort()) !== JSON.stringify(MEMBERS))
		return say(`members ${Object.keys(body)}, not ${MEMBERS}`);
	if (!Number.isInteger(body.code) || body.code < 10000 || body.code > 99999)
		return say(`code ${body.code}`);
	if (body.status !== status || body.more_info !== `https://www.twilio.com/docs/errors/${body.code}` ||
	    typeof body.message !== 'string' || body.message === '')
		return say('status, more_info or message do not fit');
	return [];
}
