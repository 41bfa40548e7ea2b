/**
 * Observers of a training, for files and monitoring systems. Start at {@link
 * dev.finetune.observe.CsvObserver}.
 */
module dev.finetune.observers {
  requires transitive dev.finetune.core;
  requires com.google.protobuf;
  // Only MicrometerObserver needs it, and not transitive: applications without it could not be
  // compiled otherwise. Those that use the observer require micrometer.core themselves.
  requires static micrometer.core;

  exports dev.finetune.observe;
}
