package dev.flint.build;

import dev.flint.build.file.BuildFile;
import dev.flint.build.file.Kind;
import dev.flint.build.input.Entry;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.Platform;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Makes variants of one kind. Thread-safe. */
public interface VariantBuilder {
  /** The kind it makes. */
  Kind kind();

  /** Whether it can make variants for a platform. */
  default boolean isFor(Platform platform) {
    return true;
  }

  /**
   * Finds everything that a variant is made of and checks it, but reads none of its files.
   *
   * @throws dev.flint.oci.error.FlintException if something is missing or cannot be
   */
  Prepared prepare(BuildFile file, Platform platform) throws IOException;

  /** A variant that is ready to be made. Used by one thread at a time. */
  interface Prepared {
    /** Tells apart all that it depends on beside files. */
    Digest recipe();

    /** The files that it depends on. */
    List<Entry> inputs();

    /** What the user should know, in lines. */
    List<String> notes();

    /**
     * Makes it and stores it without a name.
     *
     * @param work an empty folder, removed afterwards by the caller
     */
    Stored build(Path work) throws IOException;
  }

  /**
   * What was made.
   *
   * @param notes what the user should know beside the notes before, in lines
   */
  record Stored(Document manifest, List<String> notes) {
    /** Copies the list. */
    public Stored {
      notes = List.copyOf(notes);
    }
  }
}
