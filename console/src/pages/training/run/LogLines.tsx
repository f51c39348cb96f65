import { Badge, ScrollArea, Text } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import type { LogLineView } from "../../../api/schema";
import { useText } from "../../../text";
import { useFormat } from "../../../text/format";
import type { Level } from "./runLog";

const HEIGHT = 320;
const ROW = 26;
const NEAR_END = 40;
const COLORS: Record<Level, string> = { debug: "gray", info: "cyan", warning: "yellow", error: "red" };

interface Props {
  lines: LogLineView[];
  /** Keep the newest line in sight. Scrolling up ends it, scrolling to the end begins it again. */
  follow: boolean;
  onFollow: (follow: boolean) => void;
  label: string;
}

/** Log lines, oldest first; only those in sight are in the page. */
export function LogLines({ lines, follow, onFollow, label }: Props) {
  const text = useText();
  const format = useFormat();
  const viewport = useRef<HTMLDivElement>(null);
  const byPerson = useRef(false);
  const dragging = useRef(false);
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => viewport.current,
    estimateSize: () => ROW,
    overscan: 10,
  });
  useEffect(() => {
    if (follow) viewport.current?.scrollTo({ top: viewport.current.scrollHeight });
  }, [follow, lines.length]);
  const marked = () => {
    byPerson.current = true;
  };
  const drag = () => {
    dragging.current = true;
    const end = () => {
      dragging.current = false;
    };
    for (const type of ["pointerup", "pointercancel"]) window.addEventListener(type, end, { once: true });
  };
  return (
    <ScrollArea
      h={Math.min(HEIGHT, rows.getTotalSize() + 12)}
      viewportRef={viewport}
      onPointerDown={drag} // also on the scrollbar, which is beside the viewport
      onScrollPositionChange={({ y }) => {
        const element = viewport.current;
        if (!element || !(byPerson.current || dragging.current)) return;
        byPerson.current = false;
        const atEnd = y + element.clientHeight >= element.scrollHeight - NEAR_END;
        if (atEnd !== follow) onFollow(atEnd);
      }}
      viewportProps={{
        tabIndex: 0,
        role: "log",
        "aria-label": label,
        "aria-live": "off",
        onWheel: marked,
        onTouchMove: marked,
        onKeyDown: marked,
      }}
    >
      <div dir="ltr" style={{ height: rows.getTotalSize(), position: "relative", fontSize: 13 }}>
        {rows.getVirtualItems().map(({ index, start }) => {
          const line = lines[index];
          return (
            line && (
              <div
                key={line.seq}
                ref={rows.measureElement}
                data-index={index}
                style={{
                  position: "absolute",
                  insetInline: 0,
                  top: 0,
                  transform: `translateY(${start}px)`,
                  display: "flex",
                  gap: 8,
                  padding: "2px 0",
                }}
              >
                <Text component="time" dateTime={line.time} size="xs" c="dimmed" className="numbers" w={92} ta="left">
                  {format.time(line.time)}
                </Text>
                <Badge size="sm" color={COLORS[line.level]} style={{ flexShrink: 0 }} w={64}>
                  {text.training.log.levelNames[line.level]}
                </Badge>
                <span dir="auto" style={{ overflowWrap: "anywhere", minWidth: 0 }}>
                  {line.message}
                </span>
              </div>
            )
          );
        })}
      </div>
    </ScrollArea>
  );
}
