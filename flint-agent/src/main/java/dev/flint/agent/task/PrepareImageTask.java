package dev.flint.agent.task;

import dev.flint.agent.FlintHome;
import dev.flint.agent.image.Admission;
import dev.flint.agent.image.AdmissionProgram;
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
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Gets an image ready to run: {@code --images DIR --pull always|missing|never [--admit-...]
 * [--pull-secrets] -- REF}.
 *
 * @param images the folder of unpacked images
 * @param admission which images may be prepared
 * @param withSecrets whether it is for a pod of a cluster, whose pull secrets come on standard
 *     input
 */
record PrepareImageTask(
    Path images, PullPolicy policy, Admission admission, boolean withSecrets, Reference reference) {
  static final String NAME = "prepare-image";
  private static final long MAX_SIZE = 64L << 30;
  private static final String IMAGES = "--images";
  private static final String PULL = "--pull";
  private static final String DIGEST_ONLY = "--admit-digest-only";
  private static final String PLACE = "--admit-registry";
  private static final String SECRETS = "--pull-secrets";
  private static final String SIGNED = "--admit-signed";
  private static final String LOGIN = "flint login";
  private static final String PULL_SECRETS =
      "imagePullSecrets of the pod must name a Secret with an account that may";

  static PrepareImageTask parse(List<String> args) throws FlintException {
    TaskArguments told =
        TaskArguments.parse(
            args, List.of(IMAGES, PULL, PLACE, SIGNED), List.of(DIGEST_ONLY, SECRETS));
    Admission admission =
        new Admission(
            told.has(DIGEST_ONLY),
            told.all(PLACE),
            told.optional(SIGNED)
                .map(Path::of)
                .map(path -> new AdmissionProgram(path, AdmissionProgram.PATIENCE)));
    try {
      return new PrepareImageTask(
          Path.of(told.required(IMAGES)),
          PullPolicy.byWord(told.required(PULL)),
          admission,
          told.has(SECRETS),
          Reference.parse(told.operand()));
    } catch (IllegalArgumentException e) {
      throw new FlintException(ErrorCode.USAGE, NAME + ": " + e.getMessage(), e);
    }
  }

  /** Does it, and says where the image is and what it took. */
  JsonObject run(Map<String, String> env, InputStream input, Consumer<String> notes)
      throws IOException {
    PullSecrets secrets = withSecrets ? PullSecrets.read(input) : PullSecrets.NONE;
    try {
      return prepare(env, secrets, notes);
    } catch (FlintException e) {
      if (!withSecrets || e.code() != ErrorCode.AUTH || !e.remedy().contains(LOGIN)) {
        throw e;
      }
      // Nobody logs in at a node of a cluster.
      throw new FlintException(e.code(), String.valueOf(e.getMessage()), PULL_SECRETS, e);
    }
  }

  private JsonObject prepare(Map<String, String> env, PullSecrets secrets, Consumer<String> notes)
      throws IOException {
    Pause pause = new GrowingPause();
    int threads = Runtime.getRuntime().availableProcessors();
    DiskPull pull =
        new DiskPull(
            new DiskDelta(Codecs.ofThisMachine(), threads, pause),
            new ParallelUnpacker(Codecs.ofThisMachine(), threads),
            MAX_SIZE,
            pause,
            notes);
    ImagePreparer preparer = new ImagePreparer(images, pull, MAX_SIZE, admission);
    ImagePreparer.Prepared prepared =
        new ImageSupply(
                FlintHome.of(env).resolve("store"),
                preparer,
                new Registries(env, secrets, notes),
                ProgressListener.NONE)
            .get(reference, policy);
    return ImageDocument.write(prepared.image()).with("fetched", prepared.fetchedDocument());
  }

  private record Registries(Map<String, String> env, PullSecrets secrets, Consumer<String> notes)
      implements ImageSupply.Registries {
    @Override
    public ImageSource source(Reference reference) throws IOException {
      Path home = FlintHome.userHome(env);
      Consumer<Lookup> told =
          answer -> {
            if (answer.outcome() == Lookup.Outcome.WARNING) {
              notes.accept(answer.place() + " " + answer.words());
            }
          };
      CredentialPlaces places = new CredentialPlaces(env, home, Optional.empty());
      CredentialSource own = places.all(Set.of(reference.host()), Optional.of(secrets), told);
      CredentialSource others = places.all(Set.of(), Optional.empty(), told);
      return RegistryAccess.of(program(), env, home, Overrides.NONE, notes, notes)
          .source(reference, own, others);
    }

    @Override
    public Optional<String> secret(Reference reference) throws IOException {
      return secrets.idFor(reference.host(), reference.repository());
    }
  }

  private static String program() {
    String version = PrepareImageTask.class.getPackage().getImplementationVersion();
    return "flint-agent/" + (version == null ? "dev" : version);
  }
}
