package dev.flint.oci.transfer;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.progress.Meter;
import dev.flint.oci.progress.ProgressEvent;
import dev.flint.oci.progress.ProgressEvent.Outcome;
import dev.flint.oci.progress.ProgressListener;
import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Brings blobs from a source to a target, each once, several at a time. */
final class BlobCopies {
  private final ImageSource source;
  private final ImageTarget target;
  private final MountSource mounts;
  private final ProgressListener listener;
  private final Lanes lanes;
  private final Set<Digest> copied = new HashSet<>();

  /** Guarded by this. */
  private Fetched fetched = Fetched.NOTHING;

  BlobCopies(
      ImageSource source,
      ImageTarget target,
      MountSource mounts,
      ProgressListener listener,
      int jobs) {
    this.source = source;
    this.target = target;
    this.mounts = mounts;
    this.listener = listener;
    this.lanes =
        new Lanes(
            jobs,
            () -> {
              source.cancel();
              target.cancel();
            });
  }

  /** Copies those that were not copied before. */
  void copy(Collection<Descriptor> blobs) throws IOException {
    List<Descriptor> fresh = blobs.stream().filter(blob -> copied.add(blob.digest())).toList();
    target.expect(fresh);
    for (Descriptor blob : fresh) {
      listener.on(new ProgressEvent.Expected(blob.digest().toString(), blob.size()));
    }
    lanes.run(fresh, this::copy);
  }

  /** Copies blobs once more that the target said it had. */
  void copyAgain(List<Descriptor> blobs) throws IOException {
    lanes.run(
        blobs,
        blob -> {
          try (Meter meter = start(blob)) {
            meter.finish(put(blob, meter));
          }
        });
  }

  private Meter start(Descriptor blob) {
    return Meter.start(listener, blob.digest().toString(), blob.size());
  }

  private void copy(Descriptor blob) throws IOException {
    try (Meter meter = start(blob)) {
      if (target.has(blob)) {
        meter.finish(Outcome.PRESENT);
      } else if (mount(blob)) {
        meter.finish(Outcome.MOUNTED);
      } else {
        meter.finish(put(blob, meter));
      }
    }
  }

  private boolean mount(Descriptor blob) throws IOException {
    for (String repository : mounts.repositories(blob)) {
      if (target.mount(blob, repository)) {
        return true;
      }
      mounts.refused(repository);
    }
    return false;
  }

  private Outcome put(Descriptor blob, Meter meter) throws IOException {
    CountedBlob counted = new CountedBlob(source, blob);
    Outcome outcome = target.putBlob(blob, counted, meter);
    if (outcome == Outcome.DONE) {
      count(counted.fetched());
    }
    return outcome;
  }

  private synchronized void count(Fetched more) {
    fetched = fetched.plus(more);
  }

  synchronized Fetched fetched() {
    return fetched;
  }
}
