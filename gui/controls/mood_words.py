"""Words for a mood that the panel suggests; a test sees to it that they are understood."""

from __future__ import annotations

SUGGESTIONS = (
    *("romantic", "happy", "sad", "dark", "a little darker", "bright", "a little brighter", "calm", "energetic"),
    *("dreamy", "melancholic", "nostalgic", "tense", "aggressive", "gentle", "playful", "mysterious", "epic"),
    *("groovy", "simple", "busier", "not too busy", "sparse", "higher", "lower", "softer", "louder", "staccato"),
    *("legato", "lofi", "浪漫", "欢快", "悲伤", "忧郁", "平静", "激动", "温柔", "神秘", "梦幻", "紧张", "明亮"),
    *("暗一点", "不要太快", "简单"),
)
