package dev.flint.agent.task;

import dev.flint.agent.FlintHome;
import dev.flint.agent.image.ImagePreparer;
import dev.flint.agent.image.ImageSupply;
import dev.flint.agent.instance.ImageDocument;
import dev.flint.agent.pod.PullPolicy;
import dev.flint.oci.Reference;
import dev.flint.oci.codec.Codecs;
import dev.flint.oci.delta.DiskDelta;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.image.DiskPull;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.layer.ParallelUnpacker;
import dev.flint.oci.progress.ProgressListener;
import dev.flint.oci.transfer.GrowingPause;
import dev.flint.oci.transfer.ImageSource;
import dev.flint.oci.transfer.Pause;
import dev.flint.registry.RegistryAccess;
import dev.flint.registry.auth.CredentialPlaces;
import dev.flint.registry.auth.CredentialSource;
import dev.flint.registry.auth.Lookup;
import dev.flint.registry.settings.Overrides;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Gets an image ready to run: {@code --images DIR --pull POLICY -- REF}.
 *
 * @param images the folder of unpacked images
 */
record PrepareImageTask(Path images, PullPolicy policy, Reference reference) {
  static final String NAME = "prepare-image";
  private static final long MAX_SIZE = 64L << 30;
  private static final List<String> OPTIONS = List.of("--images", "--pull", "--");

  /** Understands its arguments, which the agent writes: always the same options in this order. */
  static PrepareImageTask parse(List<String> args) throws FlintException {
    boolean whole = args.size() == 6;
    if (!whole || !List.of(args.get(0), args.get(2), args.get(4)).equals(OPTIONS)) {
      throw new FlintException(
          ErrorCode.USAGE, NAME + " wants --images DIR --pull POLICY -- REF, not " + args);
    }
    try {
      return new PrepareImageTask(
          Path.of(args.get(1)), policy(args.get(3)), Reference.parse(args.get(5)));
    } catch (IllegalArgumentException e) {
      throw new FlintException(ErrorCode.USAGE, NAME + ": " + e.getMessage(), e);
    }
  }

  private static PullPolicy policy(String word) {
    return switch (word) {
      case "always" -> PullPolicy.ALWAYS;
      case "missing" -> PullPolicy.IF_NOT_PRESENT;
      default -> throw new IllegalArgumentException("no such policy: \"" + word + "\"");
    };
  }

  /** Does it, and says where the image is and what it took. */
  JsonObject run(Map<String, String> env, Consumer<String> notes) throws IOException {
    Pause pause = new GrowingPause();
    int threads = Runtime.getRuntime().availableProcessors();
    DiskPull pull =
        new DiskPull(
            new DiskDelta(Codecs.ofThisMachine(), threads, pause),
            new ParallelUnpacker(Codecs.ofThisMachine(), threads),
            MAX_SIZE,
            pause,
            notes);
    ImagePreparer preparer = new ImagePreparer(images, pull, MAX_SIZE);
    ImagePreparer.Prepared prepared =
        new ImageSupply(
                FlintHome.of(env).resolve("store"),
                images,
                preparer,
                from -> source(env, from, notes),
                ProgressListener.NONE)
            .get(reference, policy);
    return ImageDocument.write(prepared.image())
        .with(
            "fetched",
            JsonObject.empty()
                .with("fetchedBytes", prepared.fetched().fetchedBytes())
                .with("reusedBytes", prepared.fetched().reusedBytes()));
  }

  private static ImageSource source(
      Map<String, String> env, Reference reference, Consumer<String> notes) throws IOException {
    Path home = FlintHome.userHome(env);
    Consumer<Lookup> told =
        answer -> {
          if (answer.outcome() == Lookup.Outcome.WARNING) {
            notes.accept(answer.place() + " " + answer.words());
          }
        };
    CredentialPlaces places = new CredentialPlaces(env, home, Optional.empty());
    CredentialSource own = places.all(Set.of(reference.host()), Optional.empty(), told);
    CredentialSource others = places.all(Set.of(), Optional.empty(), told);
    return RegistryAccess.of(program(), env, home, Overrides.NONE, notes, notes)
        .source(reference, own, others);
  }

  private static String program() {
    String version = PrepareImageTask.class.getPackage().getImplementationVersion();
    return "flint-agent/" + (version == null ? "dev" : version);
  }
}
