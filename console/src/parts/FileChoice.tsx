import { FileButton } from "@mantine/core";
import type { ComponentProps } from "react";
import { useRef } from "react";

interface Props {
  accept?: string;
  onFile: (file: File) => void;
  children: ComponentProps<typeof FileButton>["children"];
}

/** A button that opens the choice of a file. The same file may be chosen again, as after it was corrected. */
export function FileChoice({ accept, onFile, children }: Props) {
  const reset = useRef<() => void>(null);
  return (
    <FileButton
      accept={accept}
      resetRef={reset}
      onChange={(file) => {
        if (file) onFile(file);
        reset.current?.(); // a field that keeps its file tells no change
      }}
    >
      {children}
    </FileButton>
  );
}
