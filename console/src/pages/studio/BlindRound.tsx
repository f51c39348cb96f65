import { Button, Group, Progress, Stack, Text } from "@mantine/core";
import { useEffect, useState } from "react";
import { useText } from "../../text";
import type { Letter, Round, Vote } from "./blindTest";
import type { PairPlayer } from "./pairPlayer";

interface Props {
  player: PairPlayer;
  names: Round<string>;
  onVote: (vote: Vote) => void;
}

const LETTERS: Letter[] = ["A", "B"];

/** Listen, choose, and only then see the names. */
export function BlindRound({ player, names, onVote }: Props) {
  const words = useText().studio.compare;
  const [listening, setListening] = useState<Letter | null>(null);
  const [position, setPosition] = useState(0);
  const [vote, setVote] = useState<Vote | null>(null);
  useEffect(() => {
    const timer = setInterval(() => {
      setPosition(player.position);
      setListening(player.listening);
    }, 100);
    return () => clearInterval(timer);
  }, [player]);
  useEffect(() => () => player.close(), [player]);
  const choose = (chosen: Vote) => {
    setVote(chosen);
    onVote(chosen);
  };
  return (
    <Stack gap="sm">
      <Group>
        {LETTERS.map((letter) => (
          <Button
            key={letter}
            variant={listening === letter ? "filled" : "default"}
            aria-pressed={listening === letter}
            onClick={() => {
              player.listen(letter);
              setListening(letter);
            }}
          >
            {words.listen(letter)}
          </Button>
        ))}
      </Group>
      <Progress value={(position / player.duration) * 100} aria-hidden dir="ltr" />
      {vote === null ? (
        <Group>
          {LETTERS.map((letter) => (
            <Button key={letter} variant="light" onClick={() => choose(letter)}>
              {words.better(letter)}
            </Button>
          ))}
          <Button variant="light" onClick={() => choose("equal")}>
            {words.equal}
          </Button>
        </Group>
      ) : (
        <Stack gap={2} role="status">
          {LETTERS.map((letter) => (
            <Text key={letter}>{words.result(letter, names[letter])}</Text>
          ))}
          <Text fw={600}>{words.youChose(vote === "equal" ? words.equal : names[vote])}</Text>
        </Stack>
      )}
    </Stack>
  );
}
