package dev.flint.cli.command;

import java.lang.reflect.InvocationTargetException;
import picocli.CommandLine;

/** How picocli learns what a command takes. */
@FunctionalInterface
public interface Models {
  /** What one command takes, without subcommands. */
  CommandLine of(Object command);

  /** Read from the annotations, which takes longer than most commands run. */
  static Models annotated() {
    return CommandLine::new;
  }

  /** As the build wrote it down; read from the annotations by classes that were not packed yet. */
  static Models written() {
    try {
      Class<?> written = Class.forName("dev.flint.cli.command.WrittenModels");
      return (Models) written.getDeclaredConstructor().newInstance();
    } catch (ClassNotFoundException e) {
      return annotated();
    } catch (NoSuchMethodException
        | InstantiationException
        | IllegalAccessException
        | InvocationTargetException e) {
      throw new IllegalStateException("the build wrote models that cannot be made", e);
    }
  }
}
