// Runs Azurite for as long as whoever holds this process's stdin lives.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const patience = 15_000;
const program = join(dirname(fileURLToPath(import.meta.url)), 'node_modules/azurite/dist/src/azurite.js');
const args = process.argv.slice(2);
const location = args.includes('--location') ? args[args.indexOf('--location') + 1] : undefined;
const pidFile = location && join(location, 'azurite.pid');
let azurite;
let ending = false;

// A terminal sends these to the whole group. Storage must outlive the app's own shutdown.
process.on('SIGINT', () => {});
process.on('SIGHUP', () => {});
process.on('SIGTERM', end);
process.stdin.on('end', end).on('error', end).resume();

if (pidFile) {
  mkdirSync(location, { recursive: true });
  await previousOne();
}
if (ending) process.exit(0);

// Detached: a process group of its own, which a Ctrl-C does not reach.
azurite = spawn(process.execPath, [program, ...args], { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
// Through us, because Azurite would die of a broken pipe before it has written its data.
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
  setTimeout(() => azurite?.kill('SIGKILL'), patience).unref();
}

// The app before us may have been killed a moment ago, and its Azurite be writing still.
async function previousOne() {
  const deadline = performance.now() + patience;
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
    // After a reboot the number may be anybody's.
    const { status, stdout } = spawnSync('ps', ['-ww', '-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });
    return status !== 0 || stdout.includes(location) ? pid : undefined;
  } catch {
    return undefined;
  }
}
