// Before the page is drawn: what needs scripts is shown, what stands in for it is not.
document.documentElement.classList.add("js")
