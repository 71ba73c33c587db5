package dev.flint.agent.pod;

/**
 * All keys of an object as variables.
 *
 * @param prefix before each key
 * @param name of the object, in the pod's namespace
 * @param optional whether it may be missing
 */
public record EnvFrom(String prefix, ConfigKind kind, String name, boolean optional) {}
