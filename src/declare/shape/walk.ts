/** Looking into zod definitions: which keys a place has, and the parts of a value that are right. */
import type { z } from 'zod';

type Any = z.core.$ZodType;
interface Def {
  readonly type: string;
  readonly shape?: Readonly<Record<string, Any>>;
  readonly innerType?: Any;
  readonly in?: Any;
  readonly out?: Any;
  readonly element?: Any;
  readonly valueType?: Any;
  readonly options?: readonly Any[];
  readonly getter?: () => Any;
  readonly left?: Any;
  readonly right?: Any;
  readonly items?: readonly Any[];
  readonly catchall?: Any;
}
const defOf = (schema: Any): Def => schema._zod.def as unknown as Def;

/** The schemas that a value at this place is held against: several for a union. */
export function alternatives(schema: Any): readonly Any[] {
  const def = defOf(schema);
  if (def.type === 'union') return (def.options ?? []).flatMap(alternatives);
  if (def.type === 'intersection')
    return [def.left, def.right].flatMap((side) => (side ? alternatives(side) : []));
  if (def.type === 'pipe')
    return def.in && defOf(def.in).type !== 'transform' ? alternatives(def.in) : alternatives(def.out as Any);
  if (def.type === 'lazy' && def.getter) return alternatives(def.getter());
  return def.innerType ? alternatives(def.innerType) : [schema];
}

function step(schema: Any, key: PropertyKey): readonly Any[] {
  const def = defOf(schema);
  if (def.type === 'object') {
    const found = Object.hasOwn(def.shape ?? {}, key) ? def.shape?.[String(key)] : def.catchall;
    return found ? [found] : [];
  }
  if (def.type === 'record') return def.valueType ? [def.valueType] : [];
  if (def.type === 'array') return def.element ? [def.element] : [];
  if (def.type === 'tuple') return def.items?.[Number(key)] ? [def.items[Number(key)] as Any] : [];
  return [];
}

/** The schemas at a path, wrappers (optional, default) included. */
export function schemasAt(schema: Any, path: readonly PropertyKey[]): readonly Any[] {
  return path.reduce<readonly Any[]>(
    (at, key) => at.flatMap(alternatives).flatMap((option) => step(option, key)),
    [schema],
  );
}

/** Names of the keys that a map at this path may have. */
export function keysAt(schema: Any, path: readonly PropertyKey[]): readonly string[] {
  const objects = schemasAt(schema, path).flatMap(alternatives);
  return [...new Set(objects.flatMap((option) => Object.keys(defOf(option).shape ?? {})))];
}

/** An object of a plug-in that forgot to refuse unknown keys refuses them here. */
export function strict(schema: z.ZodType): z.ZodType {
  const def = defOf(schema);
  return def.type === 'object' && def.catchall === undefined ? (schema as z.ZodObject).strict() : schema;
}

/** Every key of the object that is right on its own, whatever is wrong with the others. */
export function rightParts<S extends z.ZodObject>(schema: S, value: unknown): Partial<z.output<S>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  const parts: Record<string, unknown> = {};
  for (const [key, part] of Object.entries(schema.shape)) {
    if (!Object.hasOwn(value, key)) continue;
    const result = (part as z.ZodType).safeParse((value as Record<string, unknown>)[key]);
    if (result.success) parts[key] = result.data;
  }
  return parts as Partial<z.output<S>>;
}
