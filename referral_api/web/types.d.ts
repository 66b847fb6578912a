/** What the page's scripts pass to each other. The shapes of the API come from its document. */

import type { components, paths } from "../../build/openapi";

export type Schemas = components["schemas"];
export type Profile = Schemas["ProfileOut"];

/** A refusal. The page makes some of its own, which have a code and no more than they need. */
export type Refusal = Partial<Schemas["Problem"]> & Pick<Schemas["Problem"], "code">;

/** A code request: what was typed, and the answer if the page has it. Times in milliseconds. */
export type CodeRequest = Partial<Schemas["CodeRequestedOut"]> & {
  typed: string;
  phone: string;
  ends?: number;
  resends?: number;
};

/** The session of a tab, and of the tabs that were opened from it. */
export interface Session {
  /** Made by the page, and known to these tabs alone. */
  id: string;
  /** How often it was refreshed: the most often is the newest. */
  turn: number;
  access: string;
  refresh: string;
}

/** What a reload keeps. */
export interface State {
  step?: string;
  session?: Session | null;
  request?: CodeRequest | null;
  /** The invite code that a link offered. */
  invite?: string | null;
  /** Whether to use it. */
  offered?: boolean;
  /** What was typed, by the id of its field. */
  drafts?: Record<string, string>;
}

export type Work = () => Promise<void>;
export type OnSession = (inviteProblem: Schemas["Problem"] | null) => Promise<void>;

/** The ids of page.html tell what an element is. */
export type ElementOf<Id extends string> = Id extends `${string}-input`
  ? HTMLInputElement
  : Id extends `${string}-form`
    ? HTMLFormElement
    : Id extends "qr"
      ? HTMLImageElement
      : HTMLElement;

/** One call of the API: only paths, bodies and answers of the document pass. */
export type Call = <M extends Method, P extends Path<M>>(
  method: M,
  path: P | `${P}?${string}`,
  body?: Body<Operation<M, P>>,
) => Promise<Answer<Operation<M, P>>>;

export type Method = "GET" | "POST" | "PUT" | "DELETE";

type Prefix = "/api/v1";

type WithoutPrefix<P> = P extends `${Prefix}${infer Rest}` ? Rest : never;

/** The paths that have this method, as the scripts write them. */
type Path<M extends Method> = WithoutPrefix<
  { [P in keyof paths]: paths[P] extends Record<Lowercase<M>, object> ? P : never }[keyof paths]
>;

type Operation<M extends Method, P extends string> = paths[`${Prefix}${P}` &
  keyof paths][Lowercase<M>];

type Json<T> = { content: { "application/json": T } };

type Body<O> = O extends { requestBody: Json<infer T> } ? T : undefined;

/** The answer of the only status that is no refusal; 204 has none. */
type Answer<O> = O extends
  | { responses: { 200: Json<infer T> } }
  | { responses: { 201: Json<infer T> } }
  | { responses: { 202: Json<infer T> } }
  ? T
  : null;

declare global {
  const Redoc: { init(document: string | undefined, options: object, place: HTMLElement): void };
  const SwaggerUIBundle: { (options: object): void; presets: { apis: object } };
}
