// Start the sandbox on a free port of its own and end it through its standard input.
import {execFileSync, spawn} from 'node:child_process';
import {createInterface} from 'node:readline';

export function credentials(build) {
	const list = JSON.parse(execFileSync(`${build}/numdesk-sandbox`, ['--print-credentials', '--seed', 'basic'],
		{encoding: 'utf8'}));
	return Object.fromEntries(list.map(c => [c.name, c]));
}

function ready(child) {
	return new Promise((resolve, reject) => {
		const timer = setTimeout(() => reject(new Error('the sandbox did not say READY within 20 s')), 20000);
		child.once('exit', code => reject(new Error(`the sandbox ended with ${code} before it was ready`)));
		createInterface({input: child.stdout}).on('line', line => {
			const m = /^READY 127\.0\.0\.1:(\d+)$/.exec(line);
			if (m) {
				clearTimeout(timer);
				resolve(Number(m[1]));
			}
		});
	});
}

// {port, stop()}: stop gives "" or how it ended badly, so that a crash behind the last answer is seen.
export async function startSandbox(build, ...args) {
	const child = spawn(`${build}/numdesk-sandbox`, ['--seed', 'basic', '--quit-with-stdin', ...args],
		{stdio: ['pipe', 'pipe', 'pipe']});
	let said = '';
	child.stderr.on('data', text => { said += text; });
	const ended = new Promise(resolve => child.once('close', (code, signal) =>
		resolve(code === 0 ? '' : `the sandbox ended with ${code ?? signal}: ${said}`)));
	const port = await ready(child);
	return {
		port,
		stop() {
			child.stdin.end();
			return ended;
		},
	};
}
