import { useMutation } from "@tanstack/react-query";
import { useText } from "../text";
import { tellDone, tellError } from "./toast";

/**
 * A change at the gateway behind a button: an error becomes a toast, `done` a message. Other parts of the page find it
 * by its `key` while it is under way.
 */
export function useAction<Input, Result>(
  act: (input: Input) => Promise<Result>,
  { key, done, onDone }: { key?: string[]; done?: string; onDone?: (result: Result, input: Input) => unknown } = {},
) {
  const text = useText();
  return useMutation({
    mutationKey: key,
    mutationFn: act,
    onSuccess: (result, input) => {
      if (done) tellDone(text, done);
      return onDone?.(result, input);
    },
    onError: (error) => tellError(text, error),
  });
}
