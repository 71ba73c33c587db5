package dev.flint.agent.containerd;

import dev.flint.agent.instance.InstanceFolder;
import dev.flint.agent.instance.Interaction;

/**
 * Where the streams of a program lead to: paths of FIFOs that are there, or empty for nowhere; the
 * output of a container's own program goes to files. Whoever made them copies the bytes; the agent
 * need not be on their way.
 *
 * @param stderr empty with a terminal, which has no stderr of its own
 */
public record ExecStreams(String stdin, String stdout, String stderr, boolean terminal) {
  /** Nobody listens, for example to a probe. */
  public static final ExecStreams NONE = new ExecStreams("", "", "", false);

  private static final String SINK = "/dev/null";

  /** Those of a container's own program. */
  static ExecStreams of(Interaction interaction, InstanceFolder folder) {
    String in = interaction.stdin() ? ContainerFiles.stdin(folder.run()).toString() : "";
    String out = folder.rawOut().toAbsolutePath().toString();
    String err = interaction.terminal() ? "" : folder.rawErr().toAbsolutePath().toString();
    return new ExecStreams(in, out, err, interaction.terminal());
  }

  /** The same for a shim, which opens both outputs of a program without a terminal, or neither. */
  ExecStreams forShim() {
    if (terminal || equals(NONE)) {
      return this;
    }
    return new ExecStreams(
        stdin, stdout.isEmpty() ? SINK : stdout, stderr.isEmpty() ? SINK : stderr, false);
  }
}
