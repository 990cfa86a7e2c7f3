#!/usr/bin/env node
/**
 * The command line. Only what `--help` needs is loaded here; the compiler is loaded by the command that runs it.
 *
 * Exit codes: 0 done; 1 the input has errors, or `--check` found stale or missing output; 2 wrong usage; 70 a fault of
 * adjoint-gen itself.
 */
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { version } from "../version.ts";
import type { GenerateOptions } from "./generate-options.ts";
import { reportFault } from "./internal-fault.ts";
import { processTerminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";

const terminal = processTerminal();

const program = new Command("adjoint-gen")
  .description("Generates the derivatives of the functions that are tagged with @grad or @vjp.")
  .usage("[options] <files or patterns…>")
  .argument("[files...]", "models, or patterns in quotes; none with --project: all files of the project")
  .option("-p, --project <tsconfig>", "the tsconfig.json to read types with (default: the nearest one above each file)")
  .option("-o, --out-dir <folder>", "write there, and not beside each model")
  .addOption(new Option("--stdout", "print what would be written").conflicts(["outDir", "check", "watch"]))
  .addOption(new Option("--check", "write nothing; exit 1 if an output is stale or missing").conflicts("watch"))
  .option("--watch", "generate again whenever a file changes that an output depends on")
  .addOption(new Option("--lang <language>", "the language of the output").choices(["ts", "js"]).default("ts"))
  .addOption(
    new Option("-O, --optimize <aim>", "what the output is made for")
      .choices(["readable", "speed", "size"])
      .default("readable"),
  )
  .addOption(
    new Option("--scratch <precision>", "how the reverse sweep keeps floats").choices(["f64", "f32"]).default("f64"),
  )
  .addOption(
    new Option("--max-scratch <bytes>", "warn of loops of which the reverse sweep keeps more")
      .argParser(wholeNumber)
      .default(2 ** 28, "256 MiB"),
  )
  .option("--strict-fp", "no rewrite that changes rounding", false)
  .addOption(
    new Option("--reporter <format>", "how diagnostics are reported")
      .choices(["pretty", "json", "sarif"])
      .default("pretty"),
  )
  .addOption(
    new Option("--after <pass>", "print the graph of each derivative after this pass").conflicts([
      "stdout",
      "check",
      "watch",
      "outDir",
    ]),
  )
  .addOption(new Option("--disable <pass>", "leave a pass out").hideHelp().argParser(collect).default([]))
  .option("--quiet", "say nothing but errors", false)
  .option("--debug", "show the stack of internal faults", false)
  .version(version, "-V, --version", "print the version")
  .helpOption("-h, --help", "print this help")
  .addHelpText(
    "after",
    `
Examples:
  adjoint-gen src/model.ts              writes src/model.grad.ts
  adjoint-gen "src/**/*.ts" --check     for continuous integration
  adjoint-gen explain ADJ1008           the page of a diagnostic

Exit codes: 0 done, 1 errors in the input or stale output, 2 wrong usage, 70 an internal fault`,
  )
  .action(async (files: readonly string[], options: GenerateOptions) => {
    const { generate } = await import("./generate.ts");
    process.exitCode = await generate(files, options, terminal);
  });

program
  .command("explain")
  .description("print the page of a diagnostic")
  .argument("<code>", "for example ADJ1008")
  .action(async (code: string) => {
    const { explain } = await import("./explain.ts");
    explain(code, terminal);
  });

// Without these they would be taken for names of models, and what follows would be generated.
for (const name of ["check", "graph", "init"]) {
  program
    .command(name, { hidden: true })
    .argument("[words...]")
    .allowUnknownOption()
    .helpOption(false)
    .action(() => {
      throw new UsageError(`the command ${name} is not supported yet; a model of that name is given as ./${name}`);
    });
}

for (const command of [program, ...program.commands]) {
  command.exitOverride().configureOutput({ writeErr: (text) => terminal.talk(text) });
  command.showHelpAfterError("(adjoint-gen --help lists the options)");
}

// `adjoint-gen --stdout | head` closes the pipe early; that is no fault.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

function collect(value: string, previous: readonly string[]): readonly string[] {
  return [...previous, ...value.split(",")];
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("a whole number of bytes is wanted.");
  return Number(text);
}

function exitCodeOf(error: unknown): number {
  // Commander has already said what is wrong; help and version come here too, with 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof UsageError) {
    terminal.talk(`${terminal.colors.red("error")}: ${error.message}\n(adjoint-gen --help lists the options)\n`);
    return 2;
  }
  reportFault(error, undefined, process.argv.includes("--debug"), terminal);
  return 70;
}
