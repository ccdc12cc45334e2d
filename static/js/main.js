/*
 * What scripts add; every page works without them.
 *
 * A page with [data-poll] is a job under way: its own address is asked again
 * every so many milliseconds, and when it has changed (else the answer is a
 * 304) the content is swapped for what came. A link alone in the box is sent by
 * Enter, anything by Ctrl+Enter. A form is not sent twice. Before printing,
 * what is folded is opened.
 */
"use strict";

(function () {
	var main = document.getElementById("main");
	var failures = 0;
	var etag = null;

	function count() {
		var at = document.querySelector("[data-elapsed]");
		var start = Date.now() - Number(at && at.dataset.elapsed) * 1000;

		return function () {
			var now = document.querySelector("[data-elapsed]");

			if (now)
				now.textContent =
					Math.round((Date.now() - start) / 1000);
		};
	}

	/* Make one list of elements like another; what is alike stays. */
	function renew(ours, theirs) {
		var old = Array.from(ours.children);
		var fresh = Array.from(theirs.children);

		fresh.forEach(function (element, i) {
			if (!old[i])
				ours.append(element);
			else if (old[i].textContent !== element.textContent)
				old[i].replaceWith(element);
		});
		old.slice(fresh.length).forEach(function (element) {
			element.remove();
		});
	}

	/* The card somebody is reading, having scrolled to it. */
	function read() {
		return window.scrollY > 0 && Array.from(
			main.querySelectorAll(".wine")).find(function (card) {
			return card.getBoundingClientRect().bottom > 100;
		});
	}

	/* Put the content of the other page in place of ours. While the job
	 * is under way only what changed is touched, so that a screen reader
	 * hears the new status, which names the last wine, and not its card. */
	function swap(page) {
		var next = page.getElementById("main");
		var steps = next && next.querySelector("[data-poll] .steps");
		var status = next && next.querySelector("[role=status]");
		var said, card, top;

		if (!next)
			throw new Error("not a page of ours");
		if (steps) {
			renew(main.querySelector(".steps"), steps);
			renew(main.querySelector(".so-far"),
				next.querySelector(".so-far"));
			said = main.querySelector("[role=status]");
			if (said.textContent !== status.textContent)
				said.textContent = status.textContent;
			return true;
		}
		card = read();
		top = card && card.getBoundingClientRect().top;
		card = card && card.querySelector("h3").id;
		document.title = page.title;
		main.replaceChildren.apply(main, Array.from(next.childNodes));
		wire();
		main.focus({ preventScroll: true });
		card = card && document.getElementById(card);
		window.scrollTo(0, card ? window.scrollY - top +
			card.closest(".wine").getBoundingClientRect().top : 0);
		return false;
	}

	function poll(every) {
		var headers = { Accept: "text/html" };

		if (etag)
			headers["If-None-Match"] = etag;
		fetch(location.href, { headers: headers })
			.then(function (answer) {
				if (answer.status >= 500)
					throw new Error(String(answer.status));
				etag = answer.headers.get("ETag");
				return answer.status === 304 ? null :
					answer.text();
			})
			.then(function (text) {
				failures = 0;
				return text === null || swap(
					new DOMParser().parseFromString(
						text, "text/html"));
			})
			.catch(function () {
				/* the server restarts, the train is in a
				 * tunnel: ask more slowly, never give up */
				failures = Math.min(failures + 1, 6);
				return true;
			})
			.then(function (again) {
				if (again)
					setTimeout(poll, every * (1 + failures),
						every);
			});
	}

	function one_link(text) {
		return /^\s*https?:\/\/\S+\s*$/i.test(text);
	}

	function wire() {
		var box = document.getElementById("recipe");

		if (!box)
			return;
		box.addEventListener("keydown", function (event) {
			if (event.key !== "Enter" || event.isComposing ||
				event.shiftKey)
				return;
			if (event.ctrlKey || event.metaKey ||
				one_link(box.value)) {
				event.preventDefault();
				box.form.requestSubmit();
			}
		});
	}

	document.addEventListener("submit", function (event) {
		var button = event.target.querySelector("button[type=submit]");

		if (event.target.dataset.sent) {
			event.preventDefault();
			return;
		}
		event.target.dataset.sent = "yes";
		if (button)
			button.setAttribute("aria-busy", "true");
	});
	/* back from the next page, perhaps out of the browser's memory */
	window.addEventListener("pageshow", function () {
		document.querySelectorAll("form[data-sent]").forEach(
			function (form) {
				delete form.dataset.sent;
				form.querySelectorAll("[aria-busy]").forEach(
					function (button) {
						button.removeAttribute(
							"aria-busy");
					});
			});
	});
	window.addEventListener("beforeprint", function () {
		document.querySelectorAll("details:not(.prefs)").forEach(
			function (fold) {
				fold.open = true;
			});
	});

	wire();
	if (main.querySelector("[data-poll]")) {
		var every = Number(
			main.querySelector("[data-poll]").dataset.poll) || 1000;

		setInterval(count(), 1000);
		setTimeout(poll, every, every);
	}
})();
