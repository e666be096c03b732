// One loopback port that stands for all of Twilio's hosts: /api/... and /pricing/... each go through a Prism proxy that
// knows that host's OpenAPI file, and on to the sandbox. Every exchange is kept with what Prism said about it.
import http from 'node:http';
import {createRequire} from 'node:module';
import {compareNames} from './names.mjs';

// Path prefix behind the product, and the file that describes it.
const FILES = [
	{product: 'api', prefix: '/2010-04-01/', file: 'twilio_api_v2010.json'},
	{product: 'messaging', prefix: '/v1/', file: 'twilio_messaging_v1.json'},
	{product: 'pricing', prefix: '/v1/', file: 'twilio_pricing_v1.json'},
	{product: 'numbers', prefix: '/v1/', file: 'twilio_numbers_v1.json'},
	{product: 'numbers', prefix: '/v2/', file: 'twilio_numbers_v2.json'},
	{product: 'verify', prefix: '/v2/', file: 'twilio_verify_v2.json'},
	{product: 'lookups', prefix: '/v2/', file: 'twilio_lookups_v2.json'},
	{product: 'trunking', prefix: '/v1/', file: 'twilio_trunking_v1.json'},
];

// Hosts that no OpenAPI file describes: passed through, and said of each exchange.
const UNDESCRIBED = ['numbers-upload'];

const SILENT = {
	trace() {}, debug() {}, info() {}, success() {}, warn() {}, error() {}, fatal() {}, child: () => SILENT,
};

// The packages live beside the build, not beside this file; Prism's parts are found as its program finds them.
export function packages(dir) {
	const own = createRequire(`${dir}/package.json`);
	const prism = createRequire(own.resolve('@stoplight/prism-cli/package.json'));
	return {
		twilio: own('twilio'),
		prismHttp: prism('@stoplight/prism-http'),
		prismServer: prism('@stoplight/prism-http-server'),
		route: prism('@stoplight/prism-http/dist/router').default,
		openapi: name => own.resolve(`@twilio/cli-core/src/services/twilio-api/${name}`),
	};
}

const SEVERITY_WARNING = 1;

function violationsOf(side, list) {
	return list.map(v => ({
		side,
		path: v.path ?? [],
		code: String(v.code ?? (v.severity <= SEVERITY_WARNING ? 'no-match' : 'note')),
		message: v.message,
	}));
}

// Prism's server cuts its sl-violations header at 8 KB, so the whole list is taken where the header is made from.
function keepExchanges(server, operations, route, product, keep) {
	const {prism} = server;
	const inner = prism.request;
	prism.request = (input, resources, config) => async () => {
		const result = await inner(input, resources, config)();
		const found = route({resources: operations, input});
		const operation = found._tag === 'Right' ? found.right : null;
		const exchange = {
			product, method: input.method.toUpperCase(), path: input.url.path, query: input.url.query, form: input.body,
			operation: operation ? `${input.method.toUpperCase()} ${operation.path}` : null,
			status: null, body: null, violations: [],
		};
		if (result._tag === 'Left') {
			exchange.violations.push({side: 'response', path: [], code: 'prism', message: String(result.left)});
		} else {
			const {output, validations} = result.right;
			exchange.status = output.statusCode;
			exchange.body = output.body;
			exchange.violations.push(...violationsOf('request', validations.input),
				...violationsOf('response', validations.output));
			if (operation)
				exchange.violations.push(...compareNames(operation, exchange));
		}
		keep(exchange);
		return result;
	};
}

async function startProxy(pkg, entry, sandboxPort, keep) {
	const operations = await pkg.prismHttp.getHttpOperationsFromSpec(pkg.openapi(entry.file));
	const server = pkg.prismServer.createServer(operations, {
		cors: false,
		components: {logger: SILENT},
		config: {
			isProxy: true, upstream: new URL(`http://127.0.0.1:${sandboxPort}/${entry.product}`),
			validateRequest: true, validateResponse: true, checkSecurity: true, errors: false,
			mock: {dynamic: false},
		},
	});
	keepExchanges(server, operations, pkg.route, entry.product, keep);
	const address = await server.listen(0, '127.0.0.1');
	return {...entry, port: Number(new URL(address).port)};
}

function forward(port, path, req, res, done) {
	const out = http.request({
		host: '127.0.0.1', port, method: req.method, path, headers: {...req.headers, host: `127.0.0.1:${port}`},
		agent: false,
	}, reply => {
		res.writeHead(reply.statusCode, reply.headers);
		reply.pipe(res);
		done?.(reply.statusCode);
	});
	out.on('error', e => {
		res.writeHead(502, {'content-type': 'text/plain'});
		res.end(String(e));
	});
	req.pipe(out);
}

function dispatch(proxies, sandboxPort, keep, req, res) {
	const m = /^\/([a-z-]+)(\/.*)$/.exec(req.url);
	const proxy = m && proxies.find(p => p.product === m[1] && m[2].startsWith(p.prefix));
	if (proxy) {
		forward(proxy.port, m[2], req, res);
		return;
	}
	if (m && UNDESCRIBED.includes(m[1])) {
		const path = m[2].replace(/\?.*/, '');
		forward(sandboxPort, req.url, req, res, status => keep({
			product: m[1], method: req.method, path, operation: `${req.method} ${path}`, status, body: '',
			violations: [{side: 'response', path: [], code: 'no-file', message: 'no OpenAPI file describes this host'}],
		}));
		return;
	}
	keep({
		product: m ? m[1] : '', method: req.method, path: req.url, operation: null, status: 502, body: null,
		violations: [{side: 'request', path: [], code: 'no-file', message: 'no OpenAPI file describes this address'}],
	});
	res.writeHead(502, {'content-type': 'text/plain'});
	res.end('no OpenAPI file describes this address\n');
}

// {port, now(), take()}: both give the exchanges since the last take. It ends with the process.
export async function startPrism(pkg, sandboxPort) {
	let exchanges = [];
	const keep = e => exchanges.push(e);
	const proxies = await Promise.all(FILES.map(f => startProxy(pkg, f, sandboxPort, keep)));
	const server = http.createServer((req, res) => dispatch(proxies, sandboxPort, keep, req, res));
	await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
	return {
		port: server.address().port,
		now: () => exchanges,
		take() {
			const taken = exchanges;
			exchanges = [];
			return taken;
		},
	};
}
