import { useMutation } from "@tanstack/react-query";
import { useText } from "../text";
import { tellDone, tellError } from "./toast";

/** A change at the gateway behind a button: an error becomes a toast, `done` a message. */
export function useAction<Input, Result>(
  act: (input: Input) => Promise<Result>,
  { done, onDone }: { done?: string; onDone?: (result: Result, input: Input) => unknown } = {},
) {
  const text = useText();
  return useMutation({
    mutationFn: act,
    onSuccess: (result, input) => {
      if (done) tellDone(text, done);
      return onDone?.(result, input);
    },
    onError: (error) => tellError(text, error),
  });
}
