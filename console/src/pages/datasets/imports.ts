/** The imports that this browser has begun, in its storage: nobody lists them, and a reload must find them again. */

import { useSyncExternalStore } from "react";

const KEY = "sokhan.imports";

interface ImportRef {
  job: string;
  name: string;
}

let known: readonly ImportRef[] | null = null;
const watchers = new Set<() => void>();

export function rememberedImports(): readonly ImportRef[] {
  known ??= read();
  return known;
}

export function rememberImport(job: string, name: string): void {
  store([{ job, name }, ...rememberedImports().filter((ref) => ref.job !== job)]);
}

export function forgetImport(job: string): void {
  store(rememberedImports().filter((ref) => ref.job !== job));
}

export function useImports(): readonly ImportRef[] {
  return useSyncExternalStore((changed) => {
    watchers.add(changed);
    return () => watchers.delete(changed);
  }, rememberedImports);
}

function read(): ImportRef[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(stored) ? stored.filter(isRef) : [];
  } catch {
    return [];
  }
}

function isRef(value: unknown): value is ImportRef {
  return (
    typeof value === "object" &&
    value !== null &&
    "job" in value &&
    typeof value.job === "string" &&
    "name" in value &&
    typeof value.name === "string"
  );
}

function store(refs: readonly ImportRef[]): void {
  known = refs;
  try {
    localStorage.setItem(KEY, JSON.stringify(refs));
  } catch {
    // A browser without storage forgets them at the reload.
  }
  watchers.forEach((watcher) => watcher());
}
