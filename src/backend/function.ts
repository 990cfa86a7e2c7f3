/**
 * One derivative as text: the type of its result, the function that allocates the result, and the function itself.
 *
 * The order of its body: what the lengths are made of, the checks, the arrays of `out`, the forward sweep, the reverse
 * sweep, the results. Arrays whose length is known at entry are bound there; others where they are allocated.
 */
import { present } from "../diagnostics/invariant.ts";
import { GraphBuilder } from "../ir/builder.ts";
import type { AllocateNode, GraphNode, ValueId } from "../ir/graph.ts";
import type { FunctionSignature } from "../ir/signature.ts";
import { arrayGroups } from "../../transforms/analyze/array-groups.ts";
import { bufferOf } from "../../transforms/analyze/buffers.ts";
import { surelyAccessed } from "../../transforms/analyze/extents.ts";
import { atomsOf } from "../../transforms/analyze/polynomial.ts";
import type { DerivativeGraph } from "../../transforms/pass.ts";
import { arrayTypeText, newArray } from "./array-types.ts";
import type { Expand } from "./blocks.ts";
import { lengthCheck, overlapChecks, sizeCheck } from "./checks.ts";
import { entryValues, isNeverNegative, without } from "./entry-values.ts";
import { faceOf, printFunctionDoc, printResultType, type GradientLeaf, type ResultParts } from "./face.ts";
import type { ModuleParts } from "./module-parts.ts";
import { valueCreation, valueLeaves, valueTree } from "./outputs.ts";
import { accessLeaves, bindPlaces, parameterLeaves, parameterTexts, placeText } from "./parameters.ts";
import { polynomialValue } from "./polynomial-value.ts";
import { renderBody } from "./render.ts";
import { planStorage, type Storage } from "./storage.ts";
import { template, type Parts, type Step } from "./steps.ts";
import { leavesOf, treeLiteral, treeOf, treeType } from "./trees.ts";

export interface FunctionOptions {
  readonly scratch: "f64" | "f32";
}

export function printDerivative(
  signature: FunctionSignature,
  derivative: DerivativeGraph,
  parts: ModuleParts,
  options: FunctionOptions,
): string {
  const { graph, request, primal } = derivative;
  const { lang } = parts;
  const builder = new GraphBuilder(graph.values);
  const face = faceOf(signature, request);
  const { out } = face;
  const buffers = bufferOf(graph);
  const groups = arrayGroups(graph);
  const entry = entryValues(graph, buffers);
  const leaves = parameterLeaves(signature, graph);
  const primalLeaves = leaves.slice(0, primal.parameters.length);
  const seedLeaves = leaves.slice(primal.parameters.length);

  const gradients = treeOf<GradientLeaf>(
    request.wrt.map((parameter, k) => {
      const leaf = present(leaves[parameter], "wrt parameter");
      const { type } = leaf.parameter;
      const element = typeof type === "object" ? type.element : undefined;
      return { path: leaf.key, leaf: { leaf, element, value: present(derivative.gradients[k], "gradient") } };
    }),
  );
  const gradientPlaces = leavesOf(gradients).map(({ path, leaf }) => ({
    place: placeText([out, "grad", ...path]),
    leaf,
  }));
  const value = valueTree(graph.returned, graph, builder);
  const values = valueLeaves(value, out);
  const storages = planStorage(graph, groups, entry, builder, {
    scratch: options.scratch,
    accumulate: request.accumulate,
    out,
    gradientPlace: (parameter) => {
      const home = gradientPlaces.find(({ leaf }) => leaf.leaf === leaves[parameter]);
      return present(home, `the gradient of parameter ${parameter}`).place;
    },
    valueArrays: values.flatMap(({ place, leaf }) => (leaf.kind === "array" ? [{ place, value: leaf.value }] : [])),
  });
  const wrtOf = ({ node: { role } }: Storage) => (role.kind === "gradient" ? request.wrt.indexOf(role.parameter) : -1);
  const all = [...storages.values()].sort((a, b) => wrtOf(a) - wrtOf(b));
  const scratch = all.filter(({ kind }) => kind === "scratch");
  const directGroups = new Set(
    all.filter(({ kind }) => kind !== "scratch").map(({ node }) => groups.groupOf(node.result).id),
  );
  const isDirect = (array: ValueId) => directGroups.has(groups.groupOf(array).id);

  const wrtNames = request.wrt.map((parameter) => present(leaves[parameter]).key.join("."));
  const result: ResultParts = { signature, request, face, value, gradients, scratch, wrtNames };
  const parameterNames = signature.parameters.map(({ name }) => name);
  const taken = new Set([...parameterNames, out, "seed", ...parts.names()]);
  renameSeeds();
  const access = accessLeaves(leaves, builder);
  const common = {
    builder,
    parameters: graph.parameters.map((parameter) => parameter.value),
    fixedNames: access.fixedNames,
    preferred: new Set(scratch.map(({ node }) => node.result)),
    taken,
    sameLength: new Map(
      all.flatMap(({ kind, node }) => {
        const { role, result: array } = node;
        if (kind !== "gradient" || role.kind !== "gradient") return [];
        return [[array, present(graph.parameters[role.parameter]).value] as const];
      }),
    ),
    restNote: `entries that ${signature.name} does not read`,
    table: (...[element, entries, wish]: [Parameters<typeof parts.table>[0], readonly number[], string | undefined]) =>
      parts.table(element, entries, wish, taken),
    style: { lang, file: graph.span.file },
  };
  const length = (array: ValueId): GraphNode & { readonly result: ValueId } => {
    return { kind: "length", array, result: builder.fresh("number") };
  };

  const returnType = lang === "ts" ? `: ${face.typeName}` : "";
  const declaration = `export function ${face.functionName}(${header().join(", ")})${returnType} {`;
  const main = [printFunctionDoc(result), declaration, printBody(), "}"].join("\n");
  return [printResultType(result, lang), printCreate(), main].join("\n\n");

  /** The seed of an array whose adjoint is an array of its own leaves it the name `dx`. */
  function renameSeeds(): void {
    const names = new Set(all.map(({ node }) => builder.nameOf(node.result)));
    for (const { parameter } of seedLeaves) {
      const { value: seed, type } = parameter;
      const name = builder.nameOf(seed);
      const own = name?.replace(/^d(?=.)/, "");
      if (names.has(name) && own !== undefined) builder.values.set(seed, { type, name: `${own}Seed` });
    }
  }

  function header(): readonly string[] {
    const seeds = treeOf(seedLeaves.map((leaf) => ({ path: leaf.key.slice(1), leaf })));
    const seedType = treeType(seeds, (leaf) => {
      const { type } = leaf.parameter;
      return typeof type === "object" ? arrayTypeText(type.element) : type;
    });
    const seed = seedLeaves.length === 0 ? [] : [lang === "ts" ? `seed: ${seedType}` : "seed"];
    const type = lang === "ts" ? `: ${face.typeName}` : "";
    const create = `${out}${type} = ${face.createName}(${parameterNames.join(", ")})`;
    return [...parameterTexts(signature.parameters, lang), ...seed, create];
  }

  function printCreate(): string {
    const lengthOf = ({ node }: Storage): Parts => {
      if (!entry.has(node.length)) return ["0"];
      return isNeverNegative(node.length, entry) ? [node.length] : ["Math.max(0, ", node.length, ")"];
    };
    const gradient = ({ leaf, element }: GradientLeaf): Parts =>
      element === undefined ? ["0"] : newArray(element, [leaf.parameter.value, ".length"], lang);
    const literal: Parts = [
      "return { ",
      ...(value === undefined
        ? []
        : ["value: ", ...treeLiteral(value, (leaf) => valueCreation(leaf, entry, lang)), ", "]),
      "grad: ",
      ...treeLiteral(gradients, gradient),
      ", ",
      ...(scratch.length === 0
        ? []
        : [
            "scratch: { ",
            ...scratch.flatMap((each) => [`${each.key}: `, ...newArray(each.element, lengthOf(each), lang), ", "]),
            "} ",
          ]),
      "};",
    ];
    const steps = [
      ...access.steps,
      ...entry.nodesFor(literal.filter((part): part is ValueId => typeof part !== "string")),
      template(literal),
    ];
    const own = accessLeaves(primalLeaves, builder);
    const text = renderBody({
      ...common,
      steps: [...own.steps, ...steps.slice(access.steps.length)],
      expand: () => [],
    });
    const parameters = parameterTexts(signature.parameters, lang).join(", ");
    return [
      `/** Allocates the result of ${face.functionName} for these parameters. */`,
      `export function ${face.createName}(${parameters})${lang === "ts" ? `: ${face.typeName}` : ""} {`,
      text,
      "}",
    ].join("\n");
  }

  function printBody(): string {
    const hoisted = all.filter(({ isHoisted }) => isHoisted);
    const checks = sizeChecks();
    const needed = [
      ...hoisted.filter(({ kind }) => kind !== "gradient").map(({ node }) => node.length),
      ...checks.flatMap(({ atoms }) => atoms),
    ];
    const first = entry.nodesFor(needed);
    const steps: Step[] = [
      ...access.steps,
      ...first,
      ...overlapChecks(leaves, builder, parts, signature.name),
      ...checks.flatMap(({ steps: own }) => own),
      ...seedChecks(),
      ...bindPlaces(
        hoisted.filter(({ kind }) => kind === "gradient").map(({ place, node }) => ({ place, value: node.result })),
      ),
      ...gradientChecks(),
      ...hoisted.filter(({ kind }) => kind !== "gradient").flatMap(ensure),
      ...bindPlaces(
        hoisted.filter(({ kind }) => kind !== "gradient").map(({ place, node }) => ({ place, value: node.result })),
      ),
      template(["\n// Forward."]),
      ...without(graph.body.nodes, first).flatMap((node) =>
        node.kind === "allocate" ? expandAllocation(node) : [node],
      ),
      template([""]),
      ...results(),
      template([`return ${out};`]),
    ];
    return renderBody({ ...common, steps, expand });
  }

  /** Makes room for an array in `out`. */
  function ensure(storage: Storage): readonly Step[] {
    const { node, place, element, kind } = storage;
    if (kind === "gradient") return [];
    if (kind === "scratch" && constantLength(node) !== undefined) return [];
    const test = kind === "value" ? ".length !== " : ".length < ";
    return [
      template([`if (${place}${test}`, node.length, `) ${place} = `, ...newArray(element, [node.length], lang), ";"]),
    ];
  }

  function constantLength({ length: size }: AllocateNode): number | undefined {
    const node = graph.body.nodes.find((each) => each.kind === "constant" && each.result === size);
    return node?.kind === "constant" && typeof node.value === "number" ? node.value : undefined;
  }

  function expandAllocation(node: AllocateNode): readonly Step[] {
    const storage = present(storages.get(node), "storage");
    const { origin } = node;
    const setUp = storage.isHoisted
      ? []
      : [...ensure(storage), template([storage.place], { result: node.result, origin })];
    if (!node.filled || (storage.kind === "gradient" && request.accumulate)) return setUp;
    const isWhole = storage.kind !== "scratch";
    const range: Parts = isWhole ? ["0"] : ["0, 0, ", node.length];
    return [...setUp, template([node.result, ".fill(", ...range, ");"], { writes: [node.result], origin })];
  }

  function expand(node: Parameters<Expand>[0]): readonly Step[] {
    if (node.kind === "allocate") return expandAllocation(node);
    const owners = groups.groupOf(node.array).allocations.map((each) => storages.get(each));
    const place = present(owners[0], "the storage of an array that grows").place;
    const element = present(owners[0]).element;
    const text: Parts = [`${place} = ${parts.grow(element)}(`, node.array, ", ", node.length, ")"];
    return [template(text, { result: node.result, again: node.array, origin: node.origin })];
  }

  function sizeChecks(): readonly { readonly atoms: readonly ValueId[]; readonly steps: readonly Step[] }[] {
    const extents = surelyAccessed(graph, entry.has).filter(({ parameter }) => parameter < primalLeaves.length);
    return extents.map(({ parameter, size, guards, order }) => {
      const leaf = present(leaves[parameter]);
      const made: GraphNode[] = [];
      const atoms = [size, ...guards.map(({ value: guarded }) => guarded)].flatMap((each) => [...atomsOf(each)]);
      const conditions = guards.flatMap(({ value: guarded, limit, isStrict }): Parts => {
        return [polynomialValue(guarded, builder, made, order), isStrict ? " > " : " >= ", `${limit} && `];
      });
      const check = sizeCheck(leaf.parameter.value, leaf.place, conditions, () =>
        polynomialValue(size, builder, made, order),
      );
      return { atoms, steps: [...made, check] };
    });
  }

  function seedChecks(): readonly Step[] {
    return seedLeaves.flatMap((leaf, k): readonly Step[] => {
      const seed = derivative.seeds[k];
      if (seed === undefined || typeof seed.output !== "number" || typeof leaf.parameter.type !== "object") return [];
      const output = present(leaves[seed.output]);
      return [lengthCheck(leaf.parameter.value, leaf.place, [output.parameter.value, ".length"], output.place)];
    });
  }

  function gradientChecks(): readonly Step[] {
    return gradientPlaces.flatMap(({ place, leaf }): readonly Step[] => {
      if (leaf.element === undefined) return [];
      const bound = all.find((storage) => storage.place === place)?.node.result;
      const { parameter, place: name } = leaf.leaf;
      return [lengthCheck(bound ?? place, place, [parameter.value, ".length"], name)];
    });
  }

  /** What is put into `out` in the end. */
  function results(): readonly Step[] {
    const steps: Step[] = [];
    for (const { place, leaf } of values) {
      if (leaf.kind !== "array") steps.push(template([`${place} = `, leaf.value, ";"]));
      else if (!isDirect(leaf.value)) {
        const fresh = newArray(leaf.element, [leaf.length], lang);
        steps.push(template([`if (${place}.length !== `, leaf.length, `) ${place} = `, ...fresh, ";"]));
        steps.push(...copy(leaf.value, place, leaf.element, [], leaf.length, false));
      }
    }
    for (const { place, leaf } of gradientPlaces) {
      if (leaf.element === undefined) {
        steps.push(template([`${place} ${request.accumulate ? "+=" : "="} `, leaf.value, ";"]));
      } else if (!isDirect(leaf.value)) {
        const size = length(leaf.leaf.parameter.value);
        steps.push(...copy(leaf.value, place, leaf.element, [size], size.result, request.accumulate));
      }
    }
    return steps;
  }

  function copy(
    from: ValueId,
    place: string,
    element: Storage["element"],
    before: readonly Step[],
    size: ValueId,
    isAdded: boolean,
  ): readonly Step[] {
    const target = builder.fresh({ kind: "array", element }, "target");
    const region = builder.region([], () => {
      const range = { start: builder.constant(0), bound: size, step: 1, inclusive: false, indexName: "k" };
      builder.for(range, [target], (index, [version]) => {
        const entryValue = builder.load(from, index);
        const to = present(version);
        const stored = isAdded ? builder.operation("add", [builder.load(to, index), entryValue]) : entryValue;
        return [builder.store(to, index, stored)];
      });
      return [];
    });
    return [...before, template([place], { result: target }), ...region.nodes];
  }
}
