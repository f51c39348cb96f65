import { Text, UnstyledButton } from "@mantine/core";
import { Fragment } from "react";
import { heardAt } from "./lit";
import { segments } from "./segments";
import classes from "./SpokenText.module.css";
import type { TimedSentence } from "./speechStream";

interface Props {
  sentences: TimedSentence[];
  position: number;
  lit: boolean;
  onSeek: (second: number) => void;
}

/** The spoken sentences; the word that is heard is lit, a click continues there. */
export function SpokenText({ sentences, position, lit, onSeek }: Props) {
  if (sentences.length === 0) return null;
  const heard = lit ? heardAt(sentences, position) : null;
  return (
    <Text dir="auto" size="lg" className={classes.text}>
      {sentences.map((sentence, i) => (
        <Fragment key={sentence.sentence}>
          <UnstyledButton
            component="button"
            className={heard?.sentence === i ? classes.sentence : classes.quiet}
            onClick={() => onSeek(sentence.start)}
          >
            {segments(sentence).map(({ text, word }, j) => (
              <span
                key={`${j} ${text}`}
                className={word >= 0 && heard?.sentence === i && heard.word === word ? classes.word : undefined}
              >
                {text}
              </span>
            ))}
          </UnstyledButton>{" "}
        </Fragment>
      ))}
    </Text>
  );
}
