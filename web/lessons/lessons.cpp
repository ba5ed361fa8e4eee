#include "web/lessons/lesson.h"

namespace lessons {

extern const Lesson flatten_lesson;
extern const Lesson shuffle_lesson;
extern const Lesson convolution_lesson;
extern const Lesson pattern_lesson;
extern const Lesson locality_lesson;
extern const Lesson invariance_lesson;
extern const Lesson channels_lesson;
extern const Lesson stride_lesson;
extern const Lesson padding_lesson;
extern const Lesson parameters_lesson;
extern const Lesson pointwise_lesson;
extern const Lesson fc_as_conv_lesson;
extern const Lesson pooling_lesson;
extern const Lesson network_lesson;

const std::vector<const Lesson*>& all() {
  static const std::vector<const Lesson*> lessons = {
      &flatten_lesson,
      &shuffle_lesson,
      &convolution_lesson,
      &pattern_lesson,
      &locality_lesson,
      &invariance_lesson,
      &channels_lesson,
      &stride_lesson,
      &padding_lesson,
      &parameters_lesson,
      &pointwise_lesson,
      &fc_as_conv_lesson,
      &pooling_lesson,
      &network_lesson,
  };
  return lessons;
}

const Lesson* find(const std::string& id) {
  for (const Lesson* lesson : all())
    if (id == lesson->id) return lesson;
  return nullptr;
}

}  // namespace lessons
