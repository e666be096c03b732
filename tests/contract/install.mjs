// run.sh itself: without a registry it says so and counts nothing, with one that has not what is pinned it is red.
import {execFile} from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import http from 'node:http';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {assert, test} from './harness.mjs';

const RUN = fileURLToPath(new URL('run.sh', import.meta.url));

async function listen(server) {
	await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
	return server.address().port;
}

// One package that no registry has: npm asks for hundreds before it gives up on the real list.
function writePins(dir) {
	const dependencies = {'numdesk-no-such-package': '1.0.0'};
	const entry = {version: '1.0.0', integrity: 'sha512-AAAA'};
	const packages = {'': {dependencies}, 'node_modules/numdesk-no-such-package': entry};
	mkdirSync(dir);
	writeFileSync(join(dir, 'package.json'), JSON.stringify({private: true, dependencies}));
	writeFileSync(join(dir, 'package-lock.json'), JSON.stringify({lockfileVersion: 3, requires: true, packages}));
	return dir;
}

function runWith(build, port) {
	const dir = mkdtempSync(join(tmpdir(), 'numdesk-install-'));
	const pins = writePins(join(dir, 'pins'));
	const env = {...process.env, npm_config_registry: `http://127.0.0.1:${port}/`, npm_config_cache: join(dir, 'cache'),
		npm_config_fetch_retries: '0', npm_config_noproxy: '127.0.0.1'};
	return new Promise(resolve => execFile('sh', [RUN, build, join(dir, 'packages'), pins], {env}, (e, stdout) => {
		rmSync(dir, {recursive: true, force: true});
		resolve({status: e ? e.code : 0, lines: stdout.trim().split('\n')});
	}));
}

export function installTests(build) {
	test('without a registry the run is skipped, and says so', async () => {
		const server = http.createServer();
		const port = await listen(server);
		await new Promise(resolve => server.close(resolve));
		const r = await runWith(build, port);
		assert.equal(r.status, 0);
		assert.match(r.lines.at(-2), /SKIPPED.*registry cannot be reached/);
		assert.equal(r.lines.at(-1), '0 passed, 0 failed');
	});

	test('a registry that lacks what is pinned is a failure', async () => {
		const server = http.createServer((req, res) => {
			res.writeHead(404, {'content-type': 'application/json'});
			res.end('{"error":"not found"}');
		});
		const r = await runWith(build, await listen(server));
		server.close();
		assert.equal(r.status, 1);
		assert.match(r.lines.at(-2), /installation failed/);
		assert.equal(r.lines.at(-1), '0 passed, 1 failed');
	});
}
