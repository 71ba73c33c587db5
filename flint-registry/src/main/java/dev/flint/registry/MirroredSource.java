package dev.flint.registry;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Document;
import dev.flint.oci.Reference;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.transfer.ImageSource;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * A repository that is read from mirrors where they have it: each is asked in turn, then the
 * registry itself. A mirror that fails is not asked again. Thread-safe if the sources are.
 */
public final class MirroredSource implements ImageSource {
  private final List<Copy> mirrors;
  private final ImageSource original;
  private final Consumer<String> notes;
  private final Set<Copy> failed = ConcurrentHashMap.newKeySet();

  /**
   * A repository of a mirror.
   *
   * @param name of the mirror, for people
   * @param place the image there; its tag and digest do not count
   */
  record Copy(String name, Reference place, ImageSource source) {}

  /**
   * A source with mirrors.
   *
   * @param notes is told of each mirror that fails
   */
  MirroredSource(List<Copy> mirrors, ImageSource original, Consumer<String> notes) {
    this.mirrors = List.copyOf(mirrors);
    this.original = original;
    this.notes = notes;
  }

  @Override
  public void cancel() {
    mirrors.forEach(mirror -> mirror.source().cancel());
    original.cancel();
  }

  private interface Question<T> {
    Optional<T> ask(Copy mirror) throws IOException;
  }

  /** The answer of the first mirror that has one. */
  private <T> Optional<T> first(Question<T> question) throws IOException {
    for (Copy mirror : mirrors) {
      if (!failed.contains(mirror)) {
        try {
          Optional<T> answer = question.ask(mirror);
          if (answer.isPresent()) {
            return answer;
          }
        } catch (RegistryException e) {
          // It has not everything, which is no failure.
          if (e.status() != 404) {
            fail(mirror, e);
          }
        } catch (FlintException e) {
          fail(mirror, e);
        }
      }
    }
    return Optional.empty();
  }

  private void fail(Copy mirror, IOException why) {
    if (failed.add(mirror)) {
      notes.accept("going on without the mirror " + mirror.name() + ": " + why.getMessage());
    }
  }

  @Override
  public Optional<Document> resolve(Reference reference) throws IOException {
    String rest = reference.toString().substring(reference.name().length());
    Optional<Document> found =
        first(mirror -> mirror.source().resolve(Reference.parse(mirror.place().name() + rest)));
    return found.isPresent() ? found : original.resolve(reference);
  }

  @Override
  public Document manifest(Descriptor descriptor) throws IOException {
    Optional<Document> found = first(mirror -> Optional.of(mirror.source().manifest(descriptor)));
    return found.isPresent() ? found.get() : original.manifest(descriptor);
  }

  @Override
  public InputStream blob(Descriptor descriptor) throws IOException {
    Optional<InputStream> found =
        first(
            mirror ->
                Optional.of(
                    MirrorStream.whole(
                        mirror.source().blob(descriptor), descriptor, e -> fail(mirror, e))));
    return found.isPresent() ? found.get() : original.blob(descriptor);
  }

  @Override
  public Optional<InputStream> range(Descriptor blob, long from, long length) throws IOException {
    Optional<InputStream> found =
        first(
            mirror ->
                mirror
                    .source()
                    .range(blob, from, length)
                    .map(part -> MirrorStream.part(part, e -> fail(mirror, e))));
    return found.isPresent() ? found : original.range(blob, from, length);
  }
}
