package dev.flint.oci.transfer;

import dev.flint.oci.Digest;
import dev.flint.oci.store.Ingest;
import java.io.IOException;

/**
 * Sends blobs to where they will be wanted while they are made, so that most of their bytes are
 * there when their digest is known. Best effort: who wants a blob somewhere puts it there as
 * always, which finds out that nothing or little is left to do.
 */
@FunctionalInterface
public interface EarlySender extends AutoCloseable {
  /** Sends nothing early. */
  EarlySender NONE = (size, blob) -> digest -> {};

  /**
   * A blob begins.
   *
   * @param size of what it is made of, in bytes
   * @param blob takes its bytes next; nothing was written yet
   */
  Early begin(long size, Ingest blob) throws IOException;

  /** Gives up what nobody has asked for. */
  @Override
  default void close() {}

  /** A blob on its way. One that comes to nothing is forgotten with its ingest. */
  @FunctionalInterface
  interface Early {
    /** It is made. */
    void is(Digest digest);
  }
}
