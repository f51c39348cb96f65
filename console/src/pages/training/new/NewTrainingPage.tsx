export default function NewTrainingPage() {
  return null;
}
