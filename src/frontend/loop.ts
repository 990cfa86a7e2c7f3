/** Lowers one loop: its condition and body in frames of their own, then what goes round, then the node. */
import type { ts } from "ts-morph";
import type { GraphNode, LoopNode, Region, ValueId } from "../ir/graph.ts";
import { walkNodes } from "../ir/walk.ts";
import { type Binding, known, scalar, type Value } from "./binding.ts";
import { checkpointOf } from "./checkpoint-mark.ts";
import { fixedPointOf } from "./loop-marks.ts";
import type { Context } from "./context.ts";
import { consumersOf } from "./generators.ts";
import { idOf } from "./emit.ts";
import {
  alwaysGoesOn,
  caught,
  codesOf,
  derive,
  type Exit,
  type ExitCode,
  exitTo,
  goesOn,
  neverGoesOn,
  noExit,
  thrown,
} from "./exits.ts";
import { copyAtEnd } from "./copy-at-end.ts";
import { noteLoopOver } from "./holes.ts";
import type { Carried, ClosingLoop } from "./loop-carry.ts";
import { closeLoop } from "./loop-close.ts";
import { idIn } from "./open-if.ts";
import { settleObjects } from "./settle-objects.ts";
import type { Frame, Location } from "./state.ts";

export interface LoopPlan {
  /** Stands for the loop among the assumptions. */
  readonly node: ts.Node;
  readonly kind:
    | {
        readonly kind: "for";
        readonly start: Value;
        readonly bound: Value;
        readonly step: number;
        readonly inclusive: boolean;
        readonly needsWholeBound?: boolean;
      }
    | { readonly kind: "while"; readonly condition: () => Value };
  readonly indexName: string | undefined;
  /** The variable that the index of a counted loop is, if the source has one. */
  readonly counter: Location | undefined;
  readonly body: (index: Value) => void;
  readonly breakCode: ExitCode;
  readonly continueCode: ExitCode;
}

export interface LoopOutcome {
  readonly trips: ValueId;
  readonly stopped: ValueId | undefined;
  readonly frame: Frame;
  readonly last: ReadonlyMap<Location, Binding>;
  readonly throws: boolean;
}

export function lowerLoop(context: Context, plan: LoopPlan): LoopOutcome {
  const { builder, state } = context;
  const mark = builder.fresh("boolean");
  const entryExit = context.exit;
  const span = builder.at(undefined);
  builder.at(span);

  const consumers = consumersOf(context.activation);
  context.clock++;
  for (const site of context.assumptions.replacedIn(plan.node)) context.replaced.set(site, context.clock);
  let conditionNodes: readonly GraphNode[] = [];
  let test: ValueId | undefined;
  let isEndless = false;
  const { kind } = plan;
  const condition =
    kind.kind === "for"
      ? undefined
      : state.loop(plan.node, consumers, () => {
          const region = builder.region([], () => {
            const value = context.facts.within(kind.condition);
            isEndless = value.kind === "known" && value.value === true;
            test = idOf(context, value);
            return [];
          });
          conditionNodes = region.nodes;
        }).frame;

  const index = builder.fresh("number", plan.indexName);
  if (kind.kind === "for") {
    context.counters.set(index, { ...kind, node: plan.node });
    context.openCounters.push(index);
  }
  let bodyNodes: GraphNode[] = [];
  let exit: Exit = goesOn;
  let copied: ClosingLoop["copied"] = new Map();
  context.exit = goesOn;
  const body = state.loop(plan.node, consumers, () => {
    const region = builder.region([], () => {
      if (plan.counter !== undefined) state.enterAs(plan.counter, { kind: "counter", binding: scalar(index) });
      context.facts.within(() => {
        if (kind.kind === "while" && [...(condition?.imports.keys() ?? [])].some(({ role }) => role === "count")) {
          learnTest(context, kind.condition);
        }
        plan.body(scalar(index));
      });
      exit = context.exit;
      settleObjects(context, plan.node);
      copied = copyAtEnd(context, plan.node, exit, isLeaving);
      return [];
    });
    bodyNodes = [...region.nodes];
  });
  if (kind.kind === "for") context.openCounters.pop();
  function isLeaving(code: ExitCode): boolean {
    return code !== noExit && code !== thrown && code !== plan.continueCode;
  }
  context.exit = entryExit;
  builder.at(span);

  const stop = derive(builder, exit, isLeaving, bodyNodes);
  const stops = !(stop.kind === "known" && stop.value === false);
  const stopped = stops ? builder.fresh("boolean") : undefined;
  const trips = builder.fresh("number");
  const closing: ClosingLoop = {
    trips,
    afterwards: [],
    node: plan.node,
    counted: kind.kind === "for" ? { ...kind, node: plan.node, index } : undefined,
    mark,
    condition,
    ...body,
    copied,
    bodyNodes,
    exit,
    isLeaving,
    stopped,
    carried: [],
    tested: new Map(),
    carriedOut: new Map(),
  };
  const finish = closeLoop(context, closing);
  const outer = outerExit(context, plan, closing, isEndless);

  const checkpoint = checkpointOf(plan.node);
  const fixedPoint = fixedPointOf(plan.node);
  const inits = closing.carried.map(({ init }) => init);
  const yields = closing.carried.map(({ next }) => idIn(builder, bodyNodes, next));
  const stopId = stops ? [idIn(builder, bodyNodes, stop)] : [];
  const loop = {
    inits,
    body: {
      arguments: [index, ...closing.carried.map(({ argument }) => argument)],
      nodes: bodyNodes,
      yields: [...stopId, ...yields],
    },
    stops,
    results: closing.carried.map(({ result }) => result),
    trips,
    stopped,
    ...(checkpoint !== undefined && { checkpoint }),
    ...(fixedPoint !== undefined && { fixedPoint }),
    ...builder.place(),
  };
  builder.push(
    kind.kind === "for"
      ? forNode(context, kind, loop)
      : whileNode(context, conditionNodes, test, closing.carried, loop),
  );
  finish();
  if (!stops) noteLoopOver(context, body.frame);
  context.exit = neverGoesOn(entryExit) ? entryExit : outer;
  return { trips, stopped, frame: body.frame, last: body.last, throws: hasThrow(loop.body) };
}

/** In the body, the condition holds: `while (stack.length > 0) stack.pop()` finds an entry. */
function learnTest(context: Context, condition: () => Value): void {
  const test = condition();
  if (test.kind === "scalar") context.facts.learn(test.id, true);
}

function hasThrow(body: Region): boolean {
  let found = false;
  walkNodes(body, ({ kind }) => void (found ||= kind === "throw"));
  return found;
}

type LoopParts = Omit<LoopNode & { kind: "for" }, "kind" | "start" | "bound" | "step" | "inclusive">;

function forNode(context: Context, kind: LoopPlan["kind"] & { kind: "for" }, loop: LoopParts): LoopNode {
  const { start, bound, step, inclusive } = kind;
  return { kind: "for", start: idOf(context, start), bound: idOf(context, bound), step, inclusive, ...loop };
}

function whileNode(
  context: Context,
  nodes: readonly GraphNode[],
  test: ValueId | undefined,
  carried: readonly Carried[],
  loop: LoopParts,
): LoopNode {
  const { builder } = context;
  const tested = carried.map(
    ({ argument, conditionArgument }) =>
      conditionArgument ?? builder.fresh(builder.typeOf(argument), builder.nameOf(argument)),
  );
  return {
    kind: "while",
    condition: { arguments: tested, nodes, yields: test === undefined ? [] : [test] },
    ...loop,
  };
}

/** Where control is after the loop: a `return`, or an exit of a loop around. */
function outerExit(context: Context, plan: LoopPlan, closing: ClosingLoop, isEndless: boolean): Exit {
  const { builder } = context;
  const exit = caught(closing.exit, [plan.breakCode, plan.continueCode]);
  if (alwaysGoesOn(exit)) return goesOn;
  const codes = [...codesOf(exit)].filter((code) => code !== noExit && code !== thrown);
  if (codes.length === 0) return isEndless ? exitTo(thrown) : goesOn;
  const breaks = codesOf(closing.exit).has(plan.breakCode);
  const [only] = codes;
  if (codes.length === 1 && only !== undefined && !breaks) {
    if (isEndless || closing.stopped === undefined) return exitTo(only);
    return { kind: "flag", flag: closing.stopped, code: only };
  }
  const next = derive(builder, exit, (code) => code, closing.bodyNodes);
  const argument = builder.fresh("number", "exit");
  const result = builder.fresh("number", "exit");
  closing.carried.push({ init: idOf(context, known(0)), argument, conditionArgument: undefined, next, result });
  return { kind: "number", id: result, codes: new Set(breaks || !isEndless ? [noExit, ...codes] : codes) };
}
