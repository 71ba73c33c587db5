package dev.flint.registry;

import dev.flint.oci.Descriptor;
import dev.flint.oci.MediaType;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.transfer.BlobSource;
import dev.flint.registry.http.Body;
import java.io.IOException;
import java.util.Optional;

/**
 * One blob's way up. POST opens a session and one PUT brings everything: the form that every
 * registry takes. Chunks are for registries that want smaller requests, and for going on with an
 * upload that a link cut, where the registry kept the part. After each failure the registry is
 * asked before bytes are sent again; how often is bounded. Used once, by one thread.
 */
final class BlobUpload {
  private static final int MAX_RESTARTS = 3;

  /** What GHCR and others still take; more is refused by some. */
  private static final long SMALL_CHUNK = (4L << 20) - 1;

  private static final long LEAST_CHUNK = 1L << 20;

  /** So many chunks in a row say that larger ones may get through too. */
  private static final int ENOUGH_THROUGH = 4;

  /** Less is not worth a new lease of patience. */
  private static final long PROGRESS = 64L << 10;

  private static final long SENT_SLACK = 64L << 20;

  private final Descriptor blob;
  private final UploadSource source;
  private final Opening opening;
  private final BlobHead head;
  private final Resilience resilience;
  private final RetryBudget budget;
  private final String action;

  private Optional<OpenUpload> open;
  private long chunk;
  private boolean chunked;
  private int through;

  /** What the last request did at the registry is not known. */
  private boolean unsure;

  /** Whether a session was there already that somebody else has sent bytes to. */
  private final boolean begun;

  private boolean done;
  private int restarts;
  private int forgotten;
  private long confirmed;

  /** Opens a session. */
  interface Opening {
    OpenUpload begin() throws IOException;
  }

  /**
   * An upload.
   *
   * @param open a session that is there already
   * @param begun whether that one has bytes: as many as its offset says if that is all, else nobody
   *     knows how many
   * @param action for errors
   */
  BlobUpload(
      Descriptor blob,
      UploadSource source,
      Opening opening,
      Optional<OpenUpload> open,
      boolean begun,
      BlobHead head,
      Resilience resilience,
      String action) {
    this.blob = blob;
    this.source = source;
    this.opening = opening;
    this.open = open;
    this.begun = begun;
    this.unsure = begun && open.isPresent() && open.get().offset() < blob.size();
    this.head = head;
    this.resilience = resilience;
    this.budget = resilience.retries().budget(action);
    this.action = action;
  }

  /**
   * Uploads.
   *
   * @throws FlintException INTEGRITY if the source is not what the descriptor says, INTERRUPTED, or
   *     what the registry or the link fails with in the end
   */
  void run() throws IOException {
    // Under way until the session is cancelled too: the program ends when nothing is.
    UploadsUnderWay.Entry entered;
    try {
      entered = resilience.uploads().enter();
    } catch (FlintException e) {
      open.ifPresent(this::cancel);
      throw e;
    }
    try (UploadsUnderWay.Entry entry = entered) {
      upload();
    }
  }

  private void upload() throws IOException {
    try {
      open.ifPresent(this::choose);
      while (!done) {
        attempt();
      }
    } catch (IOException | RuntimeException | Error e) {
      open.ifPresent(this::cancel);
      if (Thread.currentThread().isInterrupted()) {
        throw UploadsUnderWay.interrupted(action);
      }
      throw e;
    }
  }

  private void attempt() throws IOException {
    try {
      step();
    } catch (IOException e) {
      if (source.isToBlame(e)) {
        throw e;
      }
      if (isRefusedOfAnother(e)) {
        leave();
      } else {
        recover(e);
      }
    }
  }

  /** What somebody else sent may be sent in a way that this registry does not take. */
  private boolean isRefusedOfAnother(IOException e) {
    return begun && open.isPresent() && source.sent() == 0 && Fault.of(e) == Fault.FINAL;
  }

  private void step() throws IOException {
    if (open.isEmpty()) {
      OpenUpload begun = opening.begin();
      open = Optional.of(begun);
      choose(begun);
      return;
    }
    OpenUpload upload = open.get();
    if (unsure) {
      look(upload);
    } else if (!chunked) {
      upload.put(blob.digest(), body(source.whole(), blob.size()));
      finished();
    } else if (upload.offset() < blob.size()) {
      append(upload);
    } else {
      upload.close(blob.digest());
      finished();
    }
  }

  private void finished() {
    open = Optional.empty();
    done = true;
  }

  private void choose(OpenUpload upload) {
    long most = Math.max(resilience.memory().chunk().orElse(blob.size()), upload.minChunk());
    // One that has all of it only wants to be closed.
    chunked = most < blob.size() || (begun && upload.offset() == blob.size());
    chunk = most;
  }

  private void append(OpenUpload upload) throws IOException {
    long length = Math.min(chunk, blob.size() - upload.offset());
    upload.append(body(source.chunk(upload.offset(), length), length));
    progressed(upload);
    // Each chunk waits for an answer, so small ones are slow over a long link.
    long most = usualChunk(upload);
    if (++through >= ENOUGH_THROUGH && chunk < most) {
      chunk = Math.min(2 * chunk, most);
      through = 0;
    }
  }

  private long usualChunk(OpenUpload upload) {
    HostMemory memory = resilience.memory();
    return Math.max(memory.chunk().orElse(memory.usualChunk()), upload.minChunk());
  }

  private static Body body(BlobSource bytes, long length) {
    return new Body(MediaType.OCTET_STREAM.value(), length, bytes, n -> {});
  }

  private RequestKind kind() {
    if (open.isEmpty()) {
      return RequestKind.OPENING;
    }
    if (unsure) {
      return RequestKind.READ;
    }
    return chunked ? RequestKind.CHUNK : RequestKind.WHOLE;
  }

  private void recover(IOException e) throws IOException {
    if (source.sent() > (MAX_RESTARTS + 1) * blob.size() + SENT_SLACK) {
      throw lost(e);
    }
    Recovery recovery;
    try {
      recovery = budget.after(kind(), e);
    } catch (IOException last) {
      throw lost(last);
    }
    switch (recovery) {
      case LOOK_FIRST -> unsure = true;
      case RESTART -> restart(e);
      case SMALLER -> shrink(e);
      default -> {}
    }
  }

  /** Finds out what the registry has before anything is sent. */
  private void look(OpenUpload upload) throws IOException {
    if (source.reached() == blob.size() && isThere()) {
      finished();
      return;
    }
    long before = upload.offset();
    if (!resilience.memory().mayChunk()) {
      restart(cut());
      return;
    }
    if (!upload.ask() || upload.offset() > source.reached()) {
      if (begun && source.sent() == 0) {
        leave();
        return;
      }
      forgotten++;
      restart(gone());
      return;
    }
    if (!chunked) {
      chunk = usualChunk(upload);
      chunked = true;
    } else if (upload.offset() <= before) {
      // This registry keeps whole chunks only, so that small ones get through sooner.
      chunk = Math.max(Math.max(chunk / 4, Math.min(chunk, LEAST_CHUNK)), upload.minChunk());
    }
    unsure = false;
    through = 0;
    progressed(upload);
  }

  private boolean isThere() throws IOException {
    try {
      return head.isThere(blob);
    } catch (RegistryException e) {
      return false;
    }
  }

  private void progressed(OpenUpload upload) {
    if (upload.offset() - confirmed >= Math.min(PROGRESS, blob.size() - confirmed)) {
      confirmed = upload.offset();
      budget.progressed();
    }
  }

  private void shrink(IOException e) throws IOException {
    long most = chunked ? chunk : blob.size();
    if (!resilience.memory().mayChunk()
        || most <= SMALL_CHUNK
        || open.map(OpenUpload::minChunk).orElse(0L) > SMALL_CHUNK) {
      throw e;
    }
    resilience.memory().limitChunks(SMALL_CHUNK);
    restart(e);
  }

  private void restart(IOException reason) throws IOException {
    if (restarts == MAX_RESTARTS) {
      throw lost(reason);
    }
    restarts++;
    leave();
  }

  private void leave() {
    open.ifPresent(this::cancel);
    open = Optional.empty();
    unsure = false;
    confirmed = 0;
  }

  private void cancel(OpenUpload upload) {
    upload.cancel(resilience.retries().waiting());
  }

  private FlintException cut() {
    return new FlintException(
        ErrorCode.NETWORK,
        "cannot " + action + ": the connection broke again and again",
        "push over a better link, or let the upload go on in pieces (upload: auto)");
  }

  private FlintException gone() {
    return new FlintException(
        ErrorCode.NETWORK,
        "cannot "
            + action
            + ": the connection broke, and the registry kept nothing of the upload, "
            + forgotten
            + (forgotten == 1 ? " time" : " times in a row"),
        "push over a better link, or to a registry that goes on with interrupted uploads");
  }

  /** Why it failed in the end: what is to be known is that the registry forgets uploads. */
  private IOException lost(IOException last) {
    if (open.isEmpty() || forgotten == 0) {
      return last;
    }
    return switch (Fault.of(last)) {
      case LOST, NOT_THERE -> gone();
      default -> last;
    };
  }
}
