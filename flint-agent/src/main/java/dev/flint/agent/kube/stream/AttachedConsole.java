package dev.flint.agent.kube.stream;

import dev.flint.agent.containerd.Attachable;
import dev.flint.agent.containerd.Console;
import dev.flint.agent.instance.Interaction;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What a client does to the console of a program that goes on without it. The end of what it types
 * is the program's end of input if that was asked for, and else its own end, as with a kubelet.
 */
final class AttachedConsole implements Console {
  private final @Nullable Attachable program;
  private final Interaction interaction;
  private final Runnable detach;

  /**
   * Of a client.
   *
   * @param program null for what nobody can type to
   * @param detach has the client go
   */
  AttachedConsole(@Nullable Attachable program, Interaction interaction, Runnable detach) {
    this.program = program;
    this.interaction = interaction;
    this.detach = detach;
  }

  @Override
  public void closeStdin() throws IOException {
    if (interaction.endsWithInput()) {
      leave();
    } else {
      detach.run();
    }
  }

  @Override
  public void resize(int columns, int rows) throws IOException {
    if (program != null) {
      program.resize(columns, rows);
    }
  }

  /** Whoever typed is gone. */
  void leave() throws IOException {
    if (program != null && interaction.endsWithInput()) {
      program.closeStdin();
    }
  }
}
