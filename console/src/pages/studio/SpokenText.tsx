import { Text, UnstyledButton } from "@mantine/core";
import { Fragment } from "react";
import { heardAt } from "./lit";
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
            {sentence.words.length === 0
              ? sentence.text
              : sentence.words.map((word, j) => (
                  <span
                    key={`${j} ${word.text}`}
                    className={heard?.sentence === i && heard.word === j ? classes.word : undefined}
                  >
                    {word.text}{" "}
                  </span>
                ))}
          </UnstyledButton>{" "}
        </Fragment>
      ))}
    </Text>
  );
}
