// Contract tests: main.mjs BUILD PACKAGES. BUILD holds the two programs, PACKAGES the node_modules of the lock file.
import {resolve} from 'node:path';
import {assert, runTests, test} from './harness.mjs';
import {clientTests} from './client.mjs';
import {explain, idleRows, place} from './expected.mjs';
import {errorComplaints} from './errors.mjs';
import {installTests} from './install.mjs';
import {messagingTests} from './messaging.mjs';
import {portingTests} from './porting.mjs';
import {packages, startPrism} from './prism.mjs';
import {probeTests} from './probes.mjs';
import {programTests} from './program.mjs';
import {regulatoryTests} from './regulatory.mjs';
import {credentials as readCredentials, startSandbox} from './sandbox.mjs';

const [build, dir] = process.argv.slice(2).map(p => resolve(p));
const pkg = packages(dir);
const credentials = readCredentials(build);
const alone = await startSandbox(build);
const behind = await startSandbox(build, '--numbers', '1200');
const prism = await startPrism(pkg, behind.port);
const twilio = pkg.twilio;
const seen = [];

let violations = 0, unexplainedCount = 0;

function describe(e, v) {
	const what = e.operation ?? `${e.method} ${e.path}`;
	return `${v.side} violation in ${what} (${e.status}): ${v.code} at ${place(v)}: ${v.message}`;
}

// Every violation in the last test's exchanges that has no row in the table, each said once.
function unexplained({breaks}) {
	const said = new Set();
	const onPurpose = v => breaks && v.side === 'request' && breaks.test(`${v.code} at ${place(v)}`);
	for (const e of prism.take()) {
		seen.push(e);
		for (const v of e.violations) {
			violations++;
			if (!onPurpose(v) && !explain(e, v)) {
				unexplainedCount++;
				said.add(describe(e, v));
			}
		}
		for (const c of errorComplaints(e))
			said.add(c);
	}
	return [...said];
}

installTests(build);
clientTests({twilio, credentials, label: 'direct', base: `http://127.0.0.1:${alone.port}`});
clientTests({twilio, credentials, label: 'through Prism', base: `http://127.0.0.1:${prism.port}`});
regulatoryTests({twilio, credentials, label: 'direct', base: `http://127.0.0.1:${alone.port}`,
	sandbox: `http://127.0.0.1:${alone.port}`});
regulatoryTests({twilio, credentials, label: 'through Prism', base: `http://127.0.0.1:${prism.port}`,
	sandbox: `http://127.0.0.1:${behind.port}`});
messagingTests({twilio, credentials, label: 'direct', base: `http://127.0.0.1:${alone.port}`});
messagingTests({twilio, credentials, label: 'through Prism', base: `http://127.0.0.1:${prism.port}`});
portingTests({twilio, credentials, label: 'direct', base: `http://127.0.0.1:${alone.port}`});
portingTests({twilio, credentials, label: 'through Prism', base: `http://127.0.0.1:${prism.port}`});
programTests({build, credentials, prism, base: `http://127.0.0.1:${prism.port}`,
	sandbox: `http://127.0.0.1:${behind.port}`});
probeTests({credentials, base: `http://127.0.0.1:${prism.port}`, seen});

test('every explained violation still happens', () => assert.deepEqual(idleRows(), []));
test('the sandboxes end well', async () => {
	assert.equal(await alone.stop(), '');
	assert.equal(await behind.stop(), '');
});

const {passed, failed} = await runTests(unexplained);
console.log(`${seen.length} exchanges through Prism, ${violations} violations, ${unexplainedCount} unexplained`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
