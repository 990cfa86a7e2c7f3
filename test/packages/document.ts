/** The page that shows the outcomes. The test holds it to what comes out now, so that it notices what gets better and worse. */
import type { Outcome } from "./outcome.ts";
import type { Area } from "./row.ts";

const areas: readonly Area[] = [
  "vectors and matrices",
  "geometry",
  "colour",
  "easing and splines",
  "statistics",
  "special functions",
  "physics",
  "finance",
  "signal processing",
  "astronomy",
  "geodesy",
];

export function documentOf(outcomes: readonly Outcome[]): string {
  const refused = outcomes.filter(({ refusal }) => refusal !== undefined).length;
  const packages = new Set(outcomes.map(({ row }) => row.package)).size;
  const share = ((100 * refused) / outcomes.length).toFixed(1);
  const lines = [
    "# Functions of packages",
    "",
    `${outcomes.length} functions of ${packages} packages, as the packages ship them, given root types and a tag: ` +
      `${outcomes.length - refused} agree, ${refused} are refused (${share} %).`,
    "",
    "_Agrees_: value and gradient are those of the package's own function, the gradient within 1e-7 of extrapolated central",
    "differences, in every entry. The models are in `test/packages/table`, one for each line; `npx tsx scripts/packages.ts`",
    "runs them all and writes this page.",
    "",
    "| area | package | function | result |",
    "| --- | --- | --- | --- |",
    ...areas.flatMap((area) => outcomes.filter(({ row }) => row.area === area).map(lineOf)),
  ];
  return `${lines.join("\n")}\n`;
}

function lineOf({ row, refusal, faults }: Outcome): string {
  const result = refusal === undefined ? (faults.length === 0 ? "agrees" : "WRONG") : `refused: ${reasonOf(refusal)}`;
  return `| ${[row.area, row.package, `\`${row.function}\``, result].join(" | ")} |`;
}

function reasonOf({ code, message, place }: NonNullable<Outcome["refusal"]>): string {
  return `${code} at \`${place}\`: ${message.replaceAll("|", "\\|").replaceAll("_", "\\_")}`;
}
