// Runs command lines of the Inspector's CLI, one a line of standard input as a JSON array, in one process: a start of it costs seconds.
// Answers, a line each: the exit code that the command would have had, and what it wrote to standard output and error.
import { createInterface } from "node:readline";
import { runCli } from "./node_modules/@modelcontextprotocol/inspector/clients/cli/build/index.js";

const answer = process.stdout.write.bind(process.stdout);
let written;
for (const name of ["stdout", "stderr"]) {
  process[name].write = (chunk, encoding, done) => {
    written[name] += chunk;
    (typeof encoding === "function" ? encoding : done)?.();
    return true;
  };
}

const answers = [];
for await (const line of createInterface({ input: process.stdin })) {
  let code = 0;
  written = { stdout: "", stderr: "" };
  try {
    await runCli([process.execPath, "mcp-inspector", ...JSON.parse(line)]);
  } catch (error) {
    code = error.exitCode ?? 1;
    written.stderr += JSON.stringify(error.envelope ?? {}) + String(error.stack ?? error);
  }
  answers.push(JSON.stringify({ code, ...written }) + "\n");
}
answer(answers.join(""), () => process.exit(0));
