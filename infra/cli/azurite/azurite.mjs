// Runs Azurite until this process's stdin closes, which also happens when the parent process dies.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const limit = 15_000;
const folder = dirname(fileURLToPath(import.meta.url));
const program = join(folder, 'node_modules/azurite/dist/src/azurite.js');
const preload = process.argv.includes('--preload') ? ['--require', join(folder, 'preload.js')] : [];
const args = process.argv.slice(2).filter(arg => arg !== '--preload');
const location = args.includes('--location') ? args[args.indexOf('--location') + 1] : undefined;
const pidFile = location && join(location, 'azurite.pid');
let azurite;
let ending = false;

// A terminal sends these signals to the whole process group, but storage must outlive the app's own shutdown.
process.on('SIGINT', () => {});
process.on('SIGHUP', () => {});
process.on('SIGTERM', end);
process.stdin.on('end', end).on('error', end).resume();

// Whatever Azurite stores is its owner's alone.
process.umask(0o077);
if (pidFile) {
  mkdirSync(location, { recursive: true });
  await waitForPrevious();
}
if (ending) process.exit(0);

// Detached: its own process group, which Ctrl-C does not reach.
azurite = spawn(process.execPath, [...preload, program, ...args], { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
// Output goes through this process, because a broken pipe would kill Azurite before it has written its data.
relay(azurite.stdout, process.stdout);
relay(azurite.stderr, process.stderr);
if (pidFile) writeFileSync(pidFile, String(azurite.pid));
azurite.on('close', code => {
  if (pidFile) rmSync(pidFile, { force: true });
  process.exit(code ?? 1);
});

function relay(from, to) {
  to.on('error', () => {});
  from.on('data', chunk => to.write(chunk));
}

function end() {
  if (ending) return;
  ending = true;
  // SIGTERM makes Azurite write to disk what it still has in memory.
  azurite?.kill('SIGTERM');
  setTimeout(() => azurite?.kill('SIGKILL'), limit).unref();
}

// The previous app may just have been killed, and its Azurite may still be writing.
async function waitForPrevious() {
  const deadline = performance.now() + limit;
  for (let pid; !ending && (pid = runningPid()); await delay(50)) {
    if (performance.now() < deadline) continue;
    console.error(`Another Azurite (process ${pid}) still uses ${location}`);
    process.exit(1);
  }
}

function runningPid() {
  try {
    const pid = Number(readFileSync(pidFile, 'utf8'));
    if (!(pid > 0)) return undefined;
    process.kill(pid, 0);
    // After a reboot the id may belong to another process.
    const { status, stdout } = spawnSync('ps', ['-ww', '-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });
    return status !== 0 || stdout.includes(location) ? pid : undefined;
  } catch {
    return undefined;
  }
}
