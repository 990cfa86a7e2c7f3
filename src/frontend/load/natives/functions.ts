/** Methods of functions. */
import { argumentList } from "../functions.ts";
import type { Machine } from "../machine.ts";
import { typeError } from "../properties.ts";
import { LoadedFunction, LoadedObject, type LoadedValue, NativeFunction, Unloadable } from "../values.ts";

export function functionNatives(machine: Machine): void {
  const { realm } = machine;
  realm.constructor_("Function", realm.functionPrototype, () => {
    throw new Unloadable("a function made of text");
  });
  realm.methods(realm.functionPrototype, {
    call: (self, [first, ...rest]) => machine.call(self, first, rest),
    apply: (self, [first, list]) => machine.call(self, first, argumentList(machine, list)),
    bind: (self, [first, ...rest]) => {
      if (!(self instanceof LoadedFunction) && !(self instanceof NativeFunction)) throw typeError(machine, "bind");
      return realm.native((_, values) => machine.call(self, first, [...rest, ...values]));
    },
    toString: (self: LoadedValue) => {
      if (self instanceof LoadedFunction) return self.node.getText();
      return `function ${self instanceof LoadedObject ? (self.builtin?.split(".").at(-1) ?? "") : ""}() { [native code] }`;
    },
  });
}
